import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { session } from '../session/session.ts';
import { signInDialog } from '../session/sign-in-dialog-state.ts';
import { useStore } from '../store.ts';
import { BoxIcon, KeyIcon, MoonIcon, PulseIcon, SunIcon, UsersIcon } from './icons.tsx';

const sections = [
  { href: '/users', label: 'Users', also: /^\/users/, Icon: UsersIcon },
  { href: '/orders', label: 'Orders', also: /^\/(orders|customers)/, Icon: BoxIcon },
  { href: '/calls', label: 'Calls', also: /^\/calls/, Icon: PulseIcon },
];

export function Header() {
  const [location] = useLocation();
  return (
    <header className="top">
      <div className="top-inner">
        <Link href="/users" className="brand">
          <img src="icon.svg" alt="" width="28" height="28" />
          Example
        </Link>
        <nav aria-label="Main">
          {sections.map(({ href, label, also, Icon }) => (
            <Link key={href} href={href} aria-current={also.test(location) ? 'page' : undefined}>
              <Icon />
              {label}
            </Link>
          ))}
        </nav>
        <div className="top-tools">
          <ColorSchemeButton />
          <SessionButton />
        </div>
      </div>
    </header>
  );
}

function ColorSchemeButton() {
  // Without this option Mantine would briefly add a style element, which the content security policy forbids.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const next = useComputedColorScheme('light') === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Use ${next} colors`}
      onClick={() => setColorScheme(next)}
    >
      {next === 'dark' ? <MoonIcon /> : <SunIcon />}
    </ActionIcon>
  );
}

function SessionButton() {
  const current = useStore(session);
  return (
    <Button
      variant="default"
      size="sm"
      leftSection={<KeyIcon size={16} />}
      onClick={() => signInDialog.set(true)}
      aria-label={current ? `Signed in as ${current.subject}` : undefined}
      classNames={{ label: 'session-label' }}
    >
      {current?.subject ?? 'Sign in'}
    </Button>
  );
}
