import type { ReactNode } from 'react';

interface NoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'problem';
  readonly action?: ReactNode;
}

/** A notice in place of content that does not exist yet, or could not be loaded. */
export function Notice({ icon, title, children, tone = 'plain', action }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'problem' ? 'alert' : undefined}>
      <div className="notice-icon">{icon}</div>
      <h2>{title}</h2>
      <div className="notice-text">{children}</div>
      {action && <div className="notice-action">{action}</div>}
    </div>
  );
}
