/** How the packets of clients to a host are treated. */
export type PacketFault = 'drop' | 'reset';

/** Where one server of a run is. */
export interface Host {
  readonly address: string;
  /** A command that runs another one on this host: its first arguments. */
  readonly launcher: readonly string[];
  /** Undefined where packets cannot be touched. @param fault undefined: they pass again */
  readonly setPackets?: (fault: PacketFault | undefined) => Promise<void>;
}

/** The hosts of a run. */
export interface Network extends Disposable {
  readonly name: string;
  /** An address at which there is no server. */
  readonly wrongAddress: string;
  /** @param index from 0 */
  addHost(index: number): Host;
}
