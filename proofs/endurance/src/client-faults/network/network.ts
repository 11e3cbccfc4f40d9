/** The treatment of packets from clients to a host. */
export type PacketFault = 'drop' | 'reset';

/** The host of one server of a run. */
export interface Host {
  readonly address: string;
  /** The beginning of a command that runs another command on this host. */
  readonly launcher: readonly string[];
  /**
   * Applies a fault to packets; undefined if this network cannot do so.
   *
   * @param fault undefined to let packets pass again
   */
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
