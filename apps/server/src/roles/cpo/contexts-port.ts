/**
 * SmartChargingOptimisation, SENDER (D4.2 table 8): the supply points of this operator with their EVSEs, limits, forecasts and prices, for
 * the provider that plans for it.
 */
import {
  type CanonicalContext,
  createOcpiClient,
  done,
  fromCanonical,
  OPTIMISATION_MODULE,
  type OptimisationSender,
  type Peer,
} from '@smac/ocpi';
import {
  type ContextState,
  canonicalContextOf,
  TOLD_AHEAD_MS,
  type Trigger,
  type TriggerCause,
  toldFromMs,
} from '../../sites/index.ts';
import { pageOf } from './data-ports.ts';
import { serving } from './push.ts';
import { type CpoRooms, PROFILES_AGREEMENT } from './rooms.ts';

/** What of a context changed that is in the object. */
const TOLD_CAUSES: readonly TriggerCause[] = ['static-inputs', 'price', 'forecast', 'flex', 'cap'];

export interface ContextsFace {
  readonly sender: OptimisationSender;
  /** Ends it once what is under way is sent. */
  close(): Promise<void>;
}

type Rooms = Pick<CpoRooms, 'platform' | 'sites' | 'network' | 'clock' | 'activity' | 'log'>;

export function contextsFace(rooms: Rooms): ContextsFace {
  const { sites, network, clock, activity, log } = rooms;
  /** Time of the last change of a context, also of one that leaves nothing behind, such as a list that was emptied. */
  const changedMs = new Map<string, number>();
  /** One line per context: a change that comes while one is sent is sent afterwards, many as one. */
  const lines = new Map<string, { again: boolean; running: Promise<void> }>();

  const unsubscribe = sites.onTrigger(({ contextId, cause, atMs }: Trigger) => {
    if (!TOLD_CAUSES.includes(cause) || !contextId.startsWith(`${network.owner.peerId}/`)) return;
    changedMs.set(contextId, atMs);
    const line = lines.get(contextId);
    if (line !== undefined) line.again = true;
    else run(contextId);
  });

  function run(contextId: string): void {
    const line = { again: false, running: Promise.resolve() };
    line.running = activity
      .track(() => push(contextId))
      .catch((error: unknown) => log.error({ error, contextId }, 'Sending a context failed'))
      .finally(() => {
        lines.delete(contextId);
        if (line.again) run(contextId);
      });
    lines.set(contextId, line);
  }

  async function told(context: ContextState): Promise<CanonicalContext> {
    const nowMs = clock.now();
    const fromMs = toldFromMs(nowMs);
    const series = await sites.series(context.id, fromMs, fromMs + TOLD_AHEAD_MS);
    return canonicalContextOf(context, series, nowMs, changedMs.get(context.id));
  }

  async function push(contextId: string): Promise<void> {
    const planners = (await serving(rooms, OPTIMISATION_MODULE)).filter(isPlanner);
    if (planners.length === 0) return;
    const context = await sites.context(contextId);
    if (context?.kind === 'default') return;
    const object = context && (await told(context));
    await Promise.all(
      planners.map(async ({ id: peerId, unitProfile }) => {
        const { smartchargingoptimisation: there } = createOcpiClient(rooms.platform(), peerId).receiver;
        const sent = await (object === undefined
          ? there.delete({ owner: network.owner.party, id: objectIdOf(contextId) })
          : there.put(fromCanonical(object, unitProfile)));
        if (sent.ok) return;
        log.warn({ peerId, contextId, detail: sent.detail }, 'A context was not taken; it can be pulled');
      }),
    );
  }

  return {
    sender: {
      async list({ peerId }, page) {
        const peer = await rooms.platform().peers.byId(peerId);
        if (peer === undefined || !isPlanner(peer)) return done({ items: [], totalCount: 0 });
        const own = (await sites.contexts()).filter(
          (context) => context.peerId === network.owner.peerId && context.kind !== 'default',
        );
        const objects = await Promise.all(own.map(told));
        return done(
          pageOf(
            objects.map((object) => fromCanonical(object, peer.unitProfile)),
            page,
          ),
        );
      },
    },
    async close() {
      unsubscribe();
      await Promise.all([...lines.values()].map(({ running }) => running));
    },
  };
}

/** Who plans for this operator: both were agreed, to be told contexts and to set profiles. A foreign operator that tells us its own is none. */
function isPlanner({ agreements }: Peer): boolean {
  return agreements.includes(OPTIMISATION_MODULE) && agreements.includes(PROFILES_AGREEMENT);
}

/** The owner's id of a context that is gone; ids of contexts end with it. */
function objectIdOf(contextId: string): string {
  return decodeURIComponent(contextId.slice(contextId.lastIndexOf('/') + 1));
}
