import { SegmentedControl } from '@mantine/core';
import { Link } from 'wouter';
import { useStore } from '../store.ts';
import { callLog } from '../transport/call-log.ts';
import {
  chooseTransport,
  chosenTransport,
  isAvailable,
  type TransportName,
  transportNames,
  transports,
} from '../transport/transport-names.ts';
import { formatBytes, formatMs } from './format.ts';

/** Shows the switch of the transport, and the time and bytes of the last call. */
export function CallBar() {
  const name = useStore(chosenTransport);
  const [last] = useStore(callLog);
  return (
    <aside className="call-bar" aria-label="Calls">
      <div className="call-bar-inner">
        <SegmentedControl
          size="xs"
          aria-label="How calls are sent"
          value={name}
          onChange={(value) => chooseTransport(value as TransportName)}
          data={transportNames.map((value) => ({
            value,
            label: <span title={titleOf(value)}>{transports[value].label}</span>,
            disabled: !isAvailable(value),
          }))}
        />
        {last && (
          <p className="last-call">
            <span className="last-method">{last.method.split('/')[1]}</span>
            <span className="call-status" data-ok={last.status === 'OK'}>
              {last.status}
            </span>
            <span>{formatMs(last.ms)}</span>
            <span>
              <span aria-hidden="true">↑</span>
              <span className="sr">sent</span> {formatBytes(last.requestBytes)}
            </span>
            <span>
              <span aria-hidden="true">↓</span>
              <span className="sr">received</span> {formatBytes(last.responseBytes)}
            </span>
          </p>
        )}
        <Link href="/calls" className="all-calls">
          All calls
        </Link>
      </div>
    </aside>
  );
}

function titleOf(name: TransportName): string {
  return isAvailable(name) ? transports[name].title : 'There is no Envoy: start it with `pnpm dev --envoy`';
}
