import type { ReactNode } from 'react';

function icon(shapes: ReactNode) {
  return function Icon({ size = 18 }: { readonly size?: number }) {
    return (
      <svg
        className="icon"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {shapes}
      </svg>
    );
  };
}

export const UsersIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.4M18 15.2c1.9.8 3.1 2.4 3.5 4.8" />
  </>,
);
export const BoxIcon = icon(
  <>
    <path d="M12 3 4 7.2v9.6L12 21l8-4.2V7.2L12 3Z" />
    <path d="m4 7.2 8 4.3 8-4.3M12 11.5V21M8 5.1l8 4.3" />
  </>,
);
export const PulseIcon = icon(<path d="M3 12h4l3-7 4 14 3-7h4" />);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4" />
  </>,
);
export const MoonIcon = icon(<path d="M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z" />);
export const KeyIcon = icon(
  <>
    <circle cx="8" cy="15.5" r="4.5" />
    <path d="m11.3 12.2 8.2-8.2M16 7.5l3 3M13.5 10l2 2" />
  </>,
);
export const LockIcon = icon(
  <>
    <rect x="4.5" y="10.5" width="15" height="10" rx="2.5" />
    <path d="M8 10.5V7.5a4 4 0 0 1 8 0v3" />
  </>,
);
export const CloudOffIcon = icon(
  <path d="M3 3l18 18M8.2 8.3A5 5 0 0 0 7 18h9.5M19.8 16.6A4 4 0 0 0 18 10h-.6A6 6 0 0 0 11 6.1" />,
);
export const SearchOffIcon = icon(
  <>
    <circle cx="10.5" cy="10.5" r="6.5" />
    <path d="m20.5 20.5-5.3-5.3M8.3 8.3l4.4 4.4M12.7 8.3l-4.4 4.4" />
  </>,
);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5l3.5 2" />
  </>,
);
export const WarningIcon = icon(
  <>
    <path d="M12 4 2.8 19.5h18.4L12 4Z" />
    <path d="M12 10v4.2M12 16.8v.1" />
  </>,
);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const BackIcon = icon(<path d="M19 12H5M11 6l-6 6 6 6" />);
export const ForwardIcon = icon(<path d="M5 12h14M13 6l6 6-6 6" />);
export const ReloadIcon = icon(
  <path d="M4.5 12a7.5 7.5 0 0 1 13-5.1L20 9.2M20 4.5v4.7h-4.7M19.5 12a7.5 7.5 0 0 1-13 5.1L4 14.8M4 19.5v-4.7h4.7" />,
);
export const StopIcon = icon(<rect x="6.5" y="6.5" width="11" height="11" rx="2" />);
