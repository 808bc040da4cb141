import type { GroupCapacityForecast } from './message.ts';
import type { Partner } from './partner.ts';

export type Taken =
  | { readonly ok: true }
  /** 404: the group is unknown here; 409: it cannot be obeyed; 400: it cannot be understood. */
  | { readonly ok: false; readonly status: 400 | 404 | 409; readonly detail: string };

export interface Received {
  readonly partner: Partner;
  readonly requestId: string;
  readonly receivedMs: number;
}

/** What this platform does with what it hears. Each resolves after its commit: the 204 goes out behind it. */
export interface FlexibilityPorts {
  forecast(forecast: GroupCapacityForecast, about: Received): Promise<Taken>;
  /** What a capacity optimizer answers, e.g. OPTIMUM. */
  adjustment(forecast: GroupCapacityForecast, about: Received): Promise<Taken>;
  /** The state of a partner changed, e.g. to offline: after the commit. */
  partnerChanged(partner: Partner, before: Partner): Promise<void>;
}
