import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Failure, InlineFailure } from '../errors/failure.tsx';

interface QueryContentProps<T> {
  readonly query: { readonly data: T | undefined; readonly error: unknown; readonly refetch: () => unknown };
  /** Shown while nothing is loaded yet. */
  readonly loading: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** The data that a query has loaded, with a notice above it if a later load failed. */
export function QueryContent<T>({ query: { data, error, refetch }, loading, children }: QueryContentProps<T>) {
  if (data === undefined) return error ? <Failure error={error} onRetry={refetch} /> : loading;
  return (
    <>
      {error !== null && <InlineFailure error={error} onRetry={refetch} />}
      {children(data)}
    </>
  );
}

interface LoadingProps {
  /** The name of the content that is loading, for screen readers. */
  readonly what: string;
}

export function LoadingTable({ what }: LoadingProps) {
  return (
    <div className="card table-card" aria-busy="true">
      <LoadingText what={what} />
      {[42, 38, 46, 34, 40].map((width) => (
        <div key={width} className="loading-row">
          <Skeleton height={14} width={`${width}%`} />
          <Skeleton height={10} width={`${width / 2}%`} />
        </div>
      ))}
    </div>
  );
}

export function LoadingForm({ what }: LoadingProps) {
  return (
    <div className="card form" aria-busy="true">
      <LoadingText what={what} />
      {[1, 2, 3, 4].map((row) => (
        <Skeleton key={row} height={36} />
      ))}
    </div>
  );
}

function LoadingText({ what }: LoadingProps) {
  return (
    <span className="sr" role="status">
      Loading {what}
    </span>
  );
}
