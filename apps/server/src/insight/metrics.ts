import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PlanRecord } from '../planning/index.ts';

/** Counters and gauges of one server, in the text format of Prometheus. */
export interface Metrics {
  readonly contentType: string;
  request(route: string, method: string, status: number, seconds: number): void;
  refusedKey(): void;
  plan(record: PlanRecord, secondsSinceTrigger: number): void;
  text(): Promise<string>;
}

/** Values that are read when Prometheus asks. */
export interface MetricsSources {
  readonly liveSessions: () => Promise<number>;
  readonly contexts: () => Promise<number>;
  readonly parties: () => Promise<readonly { readonly health: string }[]>;
  readonly inFlight: () => number;
}

export function createMetrics(sources: MetricsSources, labels: Readonly<Record<string, string>>): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ ...labels });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'smac_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const refusedKeys = new Counter({
    name: 'smac_refused_keys_total',
    help: 'Requests with an unknown or revoked API key',
    registers,
  });
  const plans = new Counter({
    name: 'smac_plans_total',
    help: 'Plans made',
    labelNames: ['status', 'solver'],
    registers,
  });
  const solving = new Histogram({
    name: 'smac_plan_solve_seconds',
    help: 'Time the solver took',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers,
  });
  const latency = new Histogram({
    name: 'smac_trigger_to_plan_seconds',
    help: 'From the trigger until the plan was stored and handed to dispatch',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15],
    registers,
  });
  gauge('smac_live_sessions', 'Sessions that are neither completed nor invalid', sources.liveSessions);
  gauge('smac_contexts', 'Optimisation contexts', sources.contexts);
  gauge(
    'smac_parties_down',
    'OCPI platforms that do not answer',
    async () => (await sources.parties()).filter((party) => party.health === 'down').length,
  );
  gauge('smac_work_in_flight', 'Requests, plans and answers under way', async () => sources.inFlight());

  function gauge(name: string, help: string, read: () => Promise<number>): void {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  }

  return {
    contentType: registry.contentType,
    request: (route, method, status, seconds) =>
      requests.labels(route, method, String(status)).observe(seconds),
    refusedKey: () => refusedKeys.inc(),
    plan(record, secondsSinceTrigger) {
      plans.labels(record.plan.status, record.plan.solver).inc();
      solving.observe(record.plan.solve_ms / 1000);
      latency.observe(Math.max(0, secondsSinceTrigger));
    },
    text: () => registry.metrics(),
  };
}
