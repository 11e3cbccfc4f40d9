import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** The trailer that contains the load of the server, in base64: gRFC A51. */
export const loadReportField = 'endpoint-load-metrics-bin';

/** The load of a server: the fields of `xds.data.orca.v3.OrcaLoadReport` that balancing uses. 0 is unknown. */
export interface LoadReport {
  /** How much of the CPU is used; 1 is all of it. */
  readonly cpuUtilization: number;
  /** How much of the memory is used; 1 is all of it. */
  readonly memUtilization: number;
  /** The utilization by a measure that the server defines itself; may exceed 1. */
  readonly applicationUtilization: number;
  /** Calls per second. */
  readonly rpsFractional: number;
  /** Failed calls per second. */
  readonly eps: number;
}

const numbers: Readonly<Record<number, keyof LoadReport>> = {
  1: 'cpuUtilization',
  2: 'memUtilization',
  6: 'rpsFractional',
  7: 'eps',
  9: 'applicationUtilization',
};

export function encodeLoadReport(report: LoadReport): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const [number, name] of Object.entries(numbers)) {
    if (report[name] !== 0) writer.tag(Number(number), WireType.Bit64).double(report[name]);
  }
  return writer.finish();
}

/** @throws {Error} if the bytes are not a valid message */
export function decodeLoadReport(bytes: Uint8Array): LoadReport {
  const report: { -readonly [name in keyof LoadReport]: number } = {
    cpuUtilization: 0,
    memUtilization: 0,
    applicationUtilization: 0,
    rpsFractional: 0,
    eps: 0,
  };
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const name = numbers[number];
    if (name === undefined || type !== WireType.Bit64) reader.skip(type, number);
    else report[name] = reader.double();
  }
  return report;
}
