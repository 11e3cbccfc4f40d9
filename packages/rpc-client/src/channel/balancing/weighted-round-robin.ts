import { type Clock, type ClockTimer, type LoadReport, systemClock } from '@example/rpc-core';
import { experimental, connectivityState as State } from '@grpc/grpc-js';
import * as z from 'zod';
import { duration } from '../../service-config.ts';
import {
  type ChannelOptions,
  Child,
  type Endpoint,
  EndpointBalancer,
  type Helper,
  type Picker,
  type PickResult,
} from './endpoint-balancer.ts';
import { type LoadSource, loadReportKey } from './load-source.ts';
import { ServerWeight } from './server-weight.ts';
import { weightedSchedule } from './weighted-schedule.ts';

/** Differs from the name in gRFC A58, because grpc-js has registered a policy of its own with that name. */
export const weightedRoundRobinName = 'example_weighted_round_robin';

const minUpdateMs = 100;
const schema = z
  .strictObject({
    enableOobLoadReport: z.boolean().default(false),
    oobReportingPeriod: duration.default(10_000),
    blackoutPeriod: duration.default(10_000),
    weightExpirationPeriod: duration.default(180_000),
    weightUpdatePeriod: duration.default(1_000),
    errorUtilizationPenalty: z.number().nonnegative().default(1),
  })
  .transform(({ oobReportingPeriod, blackoutPeriod, weightExpirationPeriod, weightUpdatePeriod, ...rest }) => ({
    ...rest,
    oobReportingPeriodMs: oobReportingPeriod,
    blackoutPeriodMs: blackoutPeriod,
    weightExpirationPeriodMs: weightExpirationPeriod,
    weightUpdatePeriodMs: Math.max(weightUpdatePeriod, minUpdateMs),
  }));

type Options = z.output<typeof schema>;

class WeightedRoundRobinConfig implements experimental.TypedLoadBalancingConfig {
  readonly options: Options;
  readonly #json: object;

  constructor(options: Options, json: object) {
    this.options = options;
    this.#json = json;
  }

  getLoadBalancerName(): string {
    return weightedRoundRobinName;
  }

  toJsonObject(): object {
    return { [weightedRoundRobinName]: this.#json };
  }

  static createFromJson(json: object): WeightedRoundRobinConfig {
    const result = schema.safeParse(json);
    if (!result.success) throw new Error(`weighted_round_robin: ${z.prettifyError(result.error)}`);
    return new WeightedRoundRobinConfig(result.data, json);
  }
}

/** An endpoint, and the weight of its server. */
class WeightedChild extends Child {
  readonly weight: ServerWeight;
  readonly #watches: ReadonlyMap<LoadSource, () => void>;
  protected readonly onCallStarted = null;
  protected readonly onCallEnded: PickResult['onCallEnded'];

  /** @param watches the functions that end the watches of the load; `destroy` calls them */
  constructor(
    leaf: experimental.LeafLoadBalancer,
    weight: ServerWeight,
    onReport: (report: LoadReport) => void,
    watches: ReadonlyMap<LoadSource, () => void>,
  ) {
    super(leaf);
    this.weight = weight;
    this.#watches = watches;
    this.onCallEnded = (_code, _details, metadata) => {
      const report = metadata.getOpaque(loadReportKey) as LoadReport | undefined;
      if (report !== undefined) onReport(report);
    };
  }

  override destroy(): void {
    super.destroy();
    for (const stop of this.#watches.values()) stop();
  }
}

/**
 * The policy of gRFC A58: each server gets calls in proportion to the calls that it can serve. Servers report their
 * load with each response, or on a separate stream (`enableOobLoadReport`). A server whose load is not known, such as a
 * new one, counts as average.
 */
class WeightedRoundRobinBalancer extends EndpointBalancer<WeightedChild, WeightedRoundRobinConfig> {
  readonly #sequence = { next: Math.floor(Math.random() * 2 ** 20) };
  #options = schema.parse({});
  #clock = systemClock;
  #timer: ClockTimer | undefined;

  constructor(helper: Helper) {
    super(helper, (config) => config instanceof WeightedRoundRobinConfig);
  }

  protected configure({ options }: WeightedRoundRobinConfig, clock: Clock): void {
    this.#options = options;
    this.#clock.clear(this.#timer);
    this.#clock = clock;
    this.#timer = clock.setInterval(() => this.updatePicker(), options.weightUpdatePeriodMs);
    this.#timer.unref();
  }

  protected createChild(endpoint: Endpoint, helper: Helper, options: ChannelOptions, note: string): WeightedChild {
    const weight = new ServerWeight();
    const onReport = (report: LoadReport) => weight.report(report, this.#options, this.#clock.now());
    const watches = new Map<LoadSource, () => void>();
    const ownHelper = experimental.createChildChannelControlHelper(helper, {
      createSubchannel: (address, args) => {
        const subchannel = helper.createSubchannel(address, args);
        const { enableOobLoadReport, oobReportingPeriodMs } = this.#options;
        const source = subchannel.getRealSubchannel() as unknown as LoadSource;
        // pick_first asks for the same subchannel again whenever it reconnects.
        if (enableOobLoadReport && !watches.has(source)) {
          watches.set(source, source.watchLoad(oobReportingPeriodMs, onReport));
        }
        return subchannel;
      },
      updateState: (state, picker, error) => {
        if (state !== State.READY) weight.restart();
        helper.updateState(state, picker, error);
      },
    });
    const leaf = new experimental.LeafLoadBalancer(endpoint, ownHelper, options, note);
    // Reports in responses are not needed while the server sends reports on a stream.
    return new WeightedChild(leaf, weight, this.#options.enableOobLoadReport ? () => {} : onReport, watches);
  }

  protected createPicker(ready: readonly WeightedChild[]): Picker {
    const now = this.#clock.now();
    const next = weightedSchedule(
      ready.map(({ weight }) => weight.at(now, this.#options)),
      this.#sequence,
    );
    return { pick: (args) => (ready[next()] as WeightedChild).pick(args) };
  }

  override destroy(): void {
    this.#clock.clear(this.#timer);
    super.destroy();
  }

  getTypeName(): string {
    return weightedRoundRobinName;
  }
}

/** Registers the policy with grpc-js. */
export function registerWeightedRoundRobin(): void {
  if (experimental.isLoadBalancerNameRegistered(weightedRoundRobinName)) return;
  experimental.registerLoadBalancerType(weightedRoundRobinName, WeightedRoundRobinBalancer, WeightedRoundRobinConfig);
}
