import type { OcppVersion, Request } from '@smac/ocpp';
import { statedBy } from '../capability/stated.ts';
import type { RequestContext, StationCallOutcome } from '../room.ts';
import { provision } from './connectors.ts';
import {
  configurationKey,
  forgetVariables,
  putVariables,
  type ReportedVariable,
  readVariables,
  variablesOf,
} from './device-model.ts';
import type { House } from './house.ts';

/** A station that answers but sends no report gets this long before the survey is over. */
const REPORT_MS = 5 * 60_000;
/** Surveys at a time: after a storm of boots the stations are read one after the other. */
const AT_ONCE = 10;

const ANSWERS: ReadonlySet<StationCallOutcome['kind']> = new Set(['result', 'error', 'bad-answer']);

interface Expected {
  readonly requestId: number;
  readonly startedMs: number;
  readonly done: () => void;
}

/** Reads a station's configuration (1.6) or device model (2.x) and derives the capability record. */
export interface Survey {
  /** Reads as soon as there is room; a second wish for the same station while one waits is the same one. */
  begin(stationId: string, version: OcppVersion): void;
  /** Did the station answer in the life of this process, if only that it tells nothing? Then it is asked again after its next boot. */
  wasAnswered(stationId: string): boolean;
  /** A part of a report, asked for or not. */
  report(
    context: RequestContext,
    payload: Request<'2.0.1', 'NotifyReport'> | Request<'2.1', 'NotifyReport'>,
  ): Promise<void>;
}

export function createSurvey(house: House): Survey {
  const { store, clock, log } = house;
  const waiting = new Map<string, OcppVersion>();
  const expected = new Map<string, Expected>();
  const answered = new Set<string>();
  let running = 0;
  let requestId = 0;

  function next(): void {
    if (running >= AT_ONCE) return;
    const first = waiting.entries().next().value;
    if (first === undefined) return;
    const [stationId, version] = first;
    waiting.delete(stationId);
    running += 1;
    house.background(`survey of ${stationId}`, async () => {
      try {
        await (version === '1.6' ? read16(stationId) : read2(stationId));
      } finally {
        running -= 1;
        next();
      }
    });
  }

  async function read16(stationId: string): Promise<void> {
    const startedMs = clock.now();
    const outcome = await house.call(stationId, 'GetConfiguration', {}, { actor: 'system:survey' });
    if (ANSWERS.has(outcome.kind)) answered.add(stationId);
    if (outcome.kind !== 'result' && outcome.kind !== 'bad-answer') {
      log.info({ stationId, outcome: outcome.kind }, 'A station did not tell its configuration');
      return;
    }
    const variables = keysIn(outcome.payload);
    await store.transaction(async (trx) => {
      await putVariables(trx, stationId, variables, startedMs);
      await forgetVariables(trx, stationId, startedMs);
      const connectors = variables.find(({ variable }) => variable === 'NumberOfConnectors')?.value ?? '';
      const count = /^\d{1,3}$/.test(connectors) ? Number(connectors) : 0;
      for (let id = 1; id <= count; id += 1) await provision(trx, stationId, id, 1, startedMs);
    });
    await house.capabilities.state(stationId, statedBy('1.6', variables));
  }

  async function read2(stationId: string): Promise<void> {
    const startedMs = clock.now();
    requestId = (requestId % 2_000_000_000) + 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    expected.set(stationId, { requestId, startedMs, done: resolve });
    const cancel = clock.after(REPORT_MS, resolve);
    const outcome = await house.call(
      stationId,
      'GetBaseReport',
      { requestId, reportBase: 'FullInventory' },
      { actor: 'system:survey' },
    );
    // The room for the next survey is kept until the report is here, or the station is gone.
    const isComing = outcome.kind === 'result' && statusOf(outcome.payload) === 'Accepted';
    if (ANSWERS.has(outcome.kind) && !isComing) answered.add(stationId);
    if (isComing) {
      await Promise.race([promise, gone(stationId)]);
    } else log.info({ stationId, outcome: outcome.kind }, 'A station did not tell its device model');
    cancel();
    if (expected.get(stationId)?.done === resolve) expected.delete(stationId);
  }

  async function gone(stationId: string): Promise<void> {
    await house.connections.get(stationId)?.connection.closed;
  }

  return {
    begin(stationId, version) {
      waiting.set(stationId, version);
      next();
    },
    wasAnswered: (stationId) => answered.has(stationId),
    async report({ stationId, version, receivedMs }, payload) {
      const awaited = expected.get(stationId);
      const isAwaited = awaited?.requestId === payload.requestId;
      const variables = (payload.reportData ?? []).flatMap((part) => variablesOf(part as ReportedVariable));
      const isLast = payload.tbc !== true;
      await store.transaction(async (trx) => {
        await putVariables(trx, stationId, variables, receivedMs);
        const places = new Map(
          variables.flatMap(({ evseId, connectorId }) =>
            evseId === null || evseId === 0
              ? []
              : [[`${evseId}.${connectorId ?? 0}`, [evseId, connectorId ?? 0] as const]],
          ),
        );
        for (const [evseId, connectorId] of places.values())
          if (connectorId > 0) await provision(trx, stationId, evseId, connectorId, receivedMs);
        if (isAwaited && isLast) await forgetVariables(trx, stationId, awaited.startedMs);
      });
      if (!isAwaited || !isLast) return;
      answered.add(stationId);
      await house.capabilities.state(stationId, statedBy(version, await readVariables(store, stationId)));
      awaited.done();
    },
  };
}

function statusOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'status' in payload ? payload.status : undefined;
}

/** Also of an answer that breaks its schema: a key of 51 characters is no reason to know nothing about a station. */
function keysIn(payload: unknown) {
  if (typeof payload !== 'object' || payload === null || !('configurationKey' in payload)) return [];
  const keys = Array.isArray(payload.configurationKey) ? payload.configurationKey : [];
  return keys.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('key' in entry) || typeof entry.key !== 'string')
      return [];
    const value = 'value' in entry && typeof entry.value === 'string' ? entry.value : undefined;
    const readonly = 'readonly' in entry && typeof entry.readonly === 'boolean' ? entry.readonly : undefined;
    return [configurationKey(entry.key, value, readonly)];
  });
}
