import type { ContextSnapshot, SnapshotSession } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';
import { type BuiltProblem, buildProblem, sessionName } from './build-problem.ts';
import { slot0ImportWh } from './slot0-import.ts';
import { siteKey, staysOf } from './stay-store.ts';
import type { Surroundings } from './surroundings.ts';

/** What a context is planned from: its inputs at one moment, and the problem they make. */
export interface PlanInputs {
  readonly snapshot: ContextSnapshot;
  readonly built: BuiltProblem;
}

/** The inputs of now; undefined where the context is gone. */
export async function readInputs(around: Surroundings, contextId: string): Promise<PlanInputs | undefined> {
  const snapshot = await around.sites.snapshot(contextId, around.clock.now());
  return snapshot && { snapshot, built: await build(around, snapshot) };
}

async function build(around: Surroundings, snapshot: ContextSnapshot): Promise<BuiltProblem> {
  const { policy, dispatcher } = around;
  const siteKeys = [...new Set(snapshot.sessions.map(({ session }) => siteKey(session)))];
  const histograms = new Map(
    await Promise.all(siteKeys.map(async (key) => [key, (await around.stays(key)) ?? new Map()] as const)),
  );
  const discharging = await dischargeCarriers(around, snapshot.sessions);
  const importWh = snapshot.context.statics.capacityPricePerKw
    ? await slot0ImportWh(around, snapshot)
    : undefined;
  return buildProblem(snapshot, {
    policy,
    stays: ({ session, timeZone }) =>
      staysOf(session, timeZone ?? policy.timeZone, histograms.get(siteKey(session)) ?? new Map(), policy),
    held: dispatcher.heldByOthers(snapshot.context.id),
    carriesDischarge: (entry) => discharging.has(sessionName(entry)),
    drawsNothing: ({ session: { peerId, sessionId } }) =>
      (dispatcher.drawn({ peerId, sessionId })?.powerW ?? Number.POSITIVE_INFINITY) < NOTHING_W,
    ...(importWh === undefined ? {} : { slot0ImportWh: importWh }),
  });
}

/** What a car that charges never draws so little of, W. */
const NOTHING_W = 100;

/** Only those whose driver consented are asked for: usually none. */
async function dischargeCarriers(
  around: Surroundings,
  entries: readonly SnapshotSession[],
): Promise<ReadonlySet<string>> {
  const carriers = new Set<string>();
  for (const entry of entries) {
    const { peerId, sessionId, preferences } = entry.session;
    if (!preferences.dischargeAllowed || entry.connector.dischargeW <= 0) continue;
    if (await around.carriesDischarge({ peerId, sessionId })) carriers.add(sessionName(entry));
  }
  return carriers;
}

/** Inputs may be so old when their plan begins, ms: readings of meters are in them and drop nothing. */
const KEPT_MS = 2_000;

/**
 * Inputs that were read for a look at the limits while their plan waits for its turn. The plan takes them instead of reading them again:
 * where the limits of fifty sites change at once, nearly all of them wait. Whatever changes an input drops them.
 */
export class InputsAhead {
  readonly #read: (contextId: string) => Promise<PlanInputs | undefined>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #kept = new Map<
    string,
    { readonly sinceMs: number; readonly inputs: Promise<PlanInputs | undefined> }
  >();

  constructor(read: (contextId: string) => Promise<PlanInputs | undefined>, clock: Pick<Clock, 'now'>) {
    this.#read = read;
    this.#clock = clock;
  }

  /** Reads them now, and keeps them for the next plan. */
  read(contextId: string): Promise<PlanInputs | undefined> {
    const inputs = this.#read(contextId);
    // Who waits for them hears that they could not be read.
    inputs.catch(() => {});
    this.#kept.set(contextId, { sinceMs: this.#clock.now(), inputs });
    return inputs;
  }

  /** Something changed, or a plan was carried out: what was read before says nothing of now. */
  drop(contextId: string): void {
    this.#kept.delete(contextId);
  }

  /** For a plan that begins: what was read and still holds, otherwise what is read now. */
  async take(contextId: string): Promise<PlanInputs | undefined> {
    const kept = this.#kept.get(contextId);
    this.#kept.delete(contextId);
    const age = kept === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() - kept.sinceMs;
    const inputs = age > KEPT_MS ? undefined : await kept?.inputs.catch(() => undefined);
    return inputs ?? this.#read(contextId);
  }
}
