import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Clock, decodeLoadReport, type LoadReport } from '@example/rpc-core';
import type { CallConnection } from '../connection/call-connection.ts';
import { type Origin, ServerWatch, unimplemented, type Watched } from './server-watch.ts';

/** Has a server report its load on one connection, by `xds.service.orca.v3.OpenRcaService/StreamCoreMetrics`: A51. */
export function watchLoad(
  connection: CallConnection,
  origin: Origin,
  { periodMs, onReport }: { readonly periodMs: number; readonly onReport: (report: LoadReport) => void },
  clock: Clock,
): ServerWatch {
  const watched: Watched = {
    path: '/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics',
    request: orcaLoadReportRequest(periodMs),
    onMessage: (message) => onReport(decodeLoadReport(message)),
    onEnd: (status) => status !== unimplemented,
  };
  return new ServerWatch(connection, origin, watched, clock);
}

/** The field `report_interval`, a Duration. */
function orcaLoadReportRequest(periodMs: number): Uint8Array {
  const seconds = Math.floor(periodMs / 1_000);
  const nanos = Math.round((periodMs % 1_000) * 1e6);
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).fork();
  if (seconds > 0) writer.tag(1, WireType.Varint).int64(seconds);
  if (nanos > 0) writer.tag(2, WireType.Varint).int32(nanos);
  return writer.join().finish();
}
