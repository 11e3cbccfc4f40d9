import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { BackIcon } from './icons.tsx';

interface PageProps {
  /** The heading, and the title of the document. */
  readonly title: string;
  /** Shown before the heading. */
  readonly emblem?: ReactNode;
  /** A line below the heading. */
  readonly lead?: ReactNode;
  readonly back?: { readonly href: string; readonly label: string };
  /** Buttons beside the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** On the first page, the focus stays at the start of the document. */
let isFirst = true;

/** The frame of each page. A new page takes the focus, so that a screen reader announces it. */
export function Page({ title, emblem, lead, back, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Example`;
  }, [title]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    // Waits, because StrictMode runs the effect twice during development.
    const timer = setTimeout(() => {
      isFirst = false;
    });
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      {back && (
        <Link href={back.href} className="back">
          <BackIcon size={16} />
          {back.label}
        </Link>
      )}
      <div className="page-head">
        {emblem}
        <div className="page-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <div className="lead">{lead}</div>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}
