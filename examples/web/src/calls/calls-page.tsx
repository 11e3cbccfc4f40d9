import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { InlineFailure } from '../errors/failure.tsx';
import { formatBytes, formatMs } from '../shell/format.ts';
import { PulseIcon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { Page } from '../shell/page.tsx';
import { useStore } from '../store.ts';
import { type CallRecord, callLog } from '../transport/call-log.ts';
import { isAvailable, transportNames, transports } from '../transport/transport-names.ts';
import { compare, type Summary } from './compare.ts';

/** The number of calls in the table. */
const rows = 20;

export function CallsPage() {
  const records = useStore(callLog);
  return (
    <Page title="Calls" lead="Time and bytes of what this page sent, by the transport that the switch below chose.">
      <Comparison />
      <h2 className="section">Recent calls</h2>
      {records.length === 0 ? (
        <Notice icon={<PulseIcon size={26} />} title="No calls yet">
          <p>Look at a user or an order, and come back.</p>
        </Notice>
      ) : (
        <RecordsTable records={records.slice(0, rows)} />
      )}
      <p className="footnote">
        Bytes are those of the bodies, as they are on the network; header fields come on top. Browsers accept compressed
        responses by Connect, but not by gRPC-Web: a long list of JSON is then shorter than its protobuf.{' '}
        <a href="grpc-web.html">Google’s grpc-web client</a> has a page of its own.
      </p>
    </Page>
  );
}

function Comparison() {
  const names = transportNames.filter(isAvailable);
  const comparison = useMutation({ mutationFn: () => compare(names) });
  return (
    <section className="card form" aria-labelledby="comparison">
      <div className="comparison-head">
        <div>
          <h2 id="comparison">Compare the transports</h2>
          <p>The same 20 calls of ListUsers by each, in turns.</p>
        </div>
        <Button loading={comparison.isPending} onClick={() => comparison.mutate()}>
          Compare
        </Button>
      </div>
      {comparison.error && <InlineFailure error={comparison.error} onRetry={comparison.mutate} />}
      {comparison.data && <ComparisonTable summaries={comparison.data} />}
      {!isAvailable('envoy') && (
        <p className="second">
          There is no Envoy to compare with: <code>pnpm dev --envoy</code> runs one.
        </p>
      )}
    </section>
  );
}

function ComparisonTable({ summaries }: { readonly summaries: readonly Summary[] }) {
  const longest = Math.max(...summaries.map(({ ms }) => ms));
  return (
    <table className="comparison">
      <caption className="sr">Comparison of the transports</caption>
      <thead>
        <tr>
          <th scope="col">Transport</th>
          <th scope="col">Median time</th>
          <th scope="col" className="number">
            Sent
          </th>
          <th scope="col" className="number">
            Received
          </th>
        </tr>
      </thead>
      <tbody>
        {summaries.map(({ transport, ms, requestBytes, responseBytes }) => (
          <tr key={transport}>
            <th scope="row">
              {transports[transport].label}
              <div className="second wide-only">{transports[transport].title}</div>
            </th>
            <td>
              <div className="bar-cell">
                <meter className="bar" min={0} max={longest} value={ms} aria-hidden="true" />
                {formatMs(ms)}
              </div>
            </td>
            <td className="number">{formatBytes(requestBytes)}</td>
            <td className="number">{formatBytes(responseBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RecordsTable({ records }: { readonly records: readonly CallRecord[] }) {
  return (
    <div className="card table-card">
      <table>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col" className="wide-only">
              Transport
            </th>
            <th scope="col" className="wide-only">
              Status
            </th>
            <th scope="col" className="number">
              Time
            </th>
            <th scope="col" className="number wide-only">
              Sent
            </th>
            <th scope="col" className="number">
              Received
            </th>
          </tr>
        </thead>
        <tbody>
          {records.map(({ number, method, transport, status, ms, requestBytes, responseBytes }) => (
            <tr key={number}>
              <td>
                {method.split('/')[1]}
                <div className="second mono wide-only">{method.split('/')[0]}</div>
                <div className="narrow-only">
                  <Status status={status} />
                </div>
              </td>
              <td className="wide-only">{transports[transport].label}</td>
              <td className="wide-only">
                <Status status={status} />
              </td>
              <td className="number">{formatMs(ms)}</td>
              <td className="number wide-only">{formatBytes(requestBytes)}</td>
              <td className="number">{formatBytes(responseBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Status({ status }: Pick<CallRecord, 'status'>) {
  return (
    <span className="call-status" data-ok={status === 'OK'}>
      {status}
    </span>
  );
}
