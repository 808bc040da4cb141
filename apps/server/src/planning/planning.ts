import type { Feedback, SessionKey } from '../dispatch/port.ts';
import type { Trigger } from '../sites/index.ts';
import type { ContextPicture } from './pictures.ts';
import type { PlanRecord, PlanSummary } from './plan-record.ts';
import type { SiteEffects } from './site-effects.ts';

/** Savings of what was carried out so far, against uncontrolled charging in the same slots. */
export interface Savings extends SiteEffects {
  readonly currency: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly plannedCost: number;
  readonly baselineCost: number;
  readonly saving: number;
  readonly energyWh: number;
  /** Highest slot mean of all cars together, W: as it was, and charged uncontrolled. */
  readonly peakEvW: number;
  readonly baselinePeakEvW: number;
}

/** One slot of the site's picture: what was, what is planned. Absent values are unknown. */
export interface SitePoint {
  readonly startMs: number;
  readonly endMs: number;
  /** EV power from meter readings, W. */
  readonly actualEvW: number | null;
  readonly baseW: number | null;
  readonly actualNetW: number | null;
  readonly plannedNetW: number | null;
  readonly limitW: number | null;
  readonly importPrice: number | null;
}

/** A live session with what the latest plan says about it now. */
export interface SessionPicture {
  readonly key: SessionKey;
  readonly status: string;
  readonly locationId: string;
  readonly evseUid: string;
  readonly startMs: number;
  readonly energyWh: number;
  readonly energyNeedWh: number | null;
  readonly soc: number | null;
  readonly departureMs: number | null;
  readonly profileType: string;
  readonly plannedW: number | null;
  readonly actualW: number | null;
  readonly plannedStart: string | null;
  readonly plannedEnd: string | null;
  /** What the plan leads to by the announced departure, or by its last quarter hour with power; null: nothing more is planned. */
  readonly expected: { readonly atMs: number; readonly energyWh: number; readonly soc: number | null } | null;
  readonly shortfallWh: number;
  readonly reasons: readonly { readonly code: string; readonly sentence: string }[];
}

export type PlanListener = (plan: PlanRecord, triggerMs: number) => void;

/** The loop from inputs to profiles. */
export interface Planning {
  /** Subscribes to triggers, plans every busy context once (restart) and from then on at every slot. */
  start(): Promise<void>;
  /** Takes no new triggers and waits for the plans under way. */
  stop(): Promise<void>;
  trigger(trigger: Trigger): void;
  /** What dispatch reports: refusals, active profiles, peers going down and coming back. */
  feedback(feedback: Feedback): Promise<void>;
  /** Plans the context now, outside the queue; undefined when the context is gone. */
  planNow(contextId: string): Promise<PlanRecord | undefined>;

  latest(contextId: string): Promise<PlanRecord | undefined>;
  plan(number: number): Promise<PlanRecord | undefined>;
  history(
    contextId: string,
    page: { readonly limit: number; readonly beforeNumber?: number },
  ): Promise<readonly PlanSummary[]>;
  sessionPictures(contextId: string): Promise<readonly SessionPicture[]>;
  siteSeries(contextId: string, fromMs: number, toMs: number): Promise<readonly SitePoint[]>;
  /** Both, with what they rest on, read once. */
  picture(contextId: string, fromMs: number, toMs: number): Promise<ContextPicture>;
  savings(contextId: string, fromMs: number, toMs: number): Promise<Savings>;
  /** Called after a plan was stored and handed to dispatch. */
  onPlan(listener: PlanListener): () => void;
}
