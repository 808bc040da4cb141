import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { AdminOutcome, StationRecord } from '../../stations/index.ts';
import { momentMs, outside } from '../outside.ts';
import { found, HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, describes } from './schemas.ts';
import {
  Csr,
  LogQuery,
  NewStation,
  NewWaiver,
  Page,
  Password,
  Period,
  StationParams,
  WaiverParams,
} from './station-requests.ts';
import { DeviceModel, LoggedMessages, StationDetail } from './station-schemas.ts';

const tag = 'stations';
const PERIOD_MS = 30 * 24 * 3_600_000;

export function stationRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { stations } = around;
  const { admin } = stations;

  app.get(
    '/api/stations',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'All stations and whether they are connected',
        answer: Type.Array(AnyObject),
      }),
    },
    async () => outside(stations.list().map((station) => shown(around, station))),
  );

  app.post<{ Body: Static<typeof NewStation> }>(
    '/api/stations',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'Add a station; its password is shown once',
        body: NewStation,
        status: 201,
      }),
    },
    async (request, reply) => {
      const added = taken(await admin.add(request.body, request.actor));
      return reply.code(201).send({ ...added, url: addressOf(around, added.identity) });
    },
  );

  app.get<{ Params: Static<typeof StationParams>; Querystring: Static<typeof Period> }>(
    '/api/stations/:stationId',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'One station with its capability record and how much of a period it was connected',
        params: StationParams,
        querystring: Period,
        answer: StationDetail,
      }),
    },
    async ({ params: { stationId }, query }) => {
      const station = one(around, stationId);
      const toMs = momentOf(query.to, 'query.to') ?? around.clock.now();
      const fromMs = momentOf(query.from, 'query.from') ?? toMs - PERIOD_MS;
      const available = await stations.availability(stationId, fromMs, toMs);
      return outside({
        ...shown(around, station),
        details: station.details,
        replaceCredentials: station.replaceCredentials,
        waivers: station.waivers,
        capability: stations.capability(stationId),
        availability:
          available === undefined
            ? null
            : { ...available, percent: Math.round(available.share * 10_000) / 100 },
        progress: await stations.progress(stationId, 20),
      });
    },
  );

  app.delete<{ Params: Static<typeof StationParams> }>(
    '/api/stations/:stationId',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'Retire a station',
        description: 'Its certificates end, a boot is answered Rejected; its history stays.',
        params: StationParams,
      }),
    },
    async ({ params: { stationId }, actor }) => {
      taken(await admin.retire(stationId, actor));
      return { retired: stationId };
    },
  );

  app.get<{ Params: Static<typeof StationParams> }>(
    '/api/stations/:stationId/identity',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'What to type into the station: OCPP identity and address',
        params: StationParams,
      }),
    },
    async ({ params: { stationId } }) => {
      const { identity } = one(around, stationId);
      return { stationId, identity, url: addressOf(around, identity) };
    },
  );

  app.get<{ Params: Static<typeof StationParams> }>(
    '/api/stations/:stationId/connectors',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'EVSEs and connectors with their status',
        params: StationParams,
        answer: Type.Array(AnyObject),
      }),
    },
    async ({ params: { stationId } }) => {
      one(around, stationId);
      return outside(await stations.connectors(stationId));
    },
  );

  app.get<{ Params: Static<typeof StationParams> }>(
    '/api/stations/:stationId/device-model',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'Configuration keys (1.6) or variables (2.x) as last read; secrets are left out',
        params: StationParams,
        answer: DeviceModel,
      }),
    },
    async ({ params: { stationId } }) => {
      one(around, stationId);
      return outside(await stations.deviceModel(stationId));
    },
  );

  app.get<{ Params: Static<typeof StationParams>; Querystring: Static<typeof LogQuery> }>(
    '/api/stations/:stationId/log',
    {
      config: { permission: 'stations:operate' },
      schema: describes({
        tag,
        summary: 'OCPP frames in and out, newest first; secrets and tokens are hidden',
        params: StationParams,
        querystring: LogQuery,
        answer: LoggedMessages,
      }),
    },
    async ({ params: { stationId }, query }) => {
      one(around, stationId);
      const { limit = 100, before, action, direction, contains, messageId } = query;
      const fromMs = momentOf(query.from, 'query.from');
      const toMs = momentOf(query.to, 'query.to');
      return outside(
        await stations.messages.search(stationId, {
          limit,
          beforeId: before,
          action,
          direction,
          contains,
          messageId,
          fromMs,
          toMs,
        }),
      );
    },
  );

  app.get<{ Params: Static<typeof StationParams>; Querystring: Static<typeof Page> }>(
    '/api/stations/:stationId/events',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'Security events of the station and about it, newest first',
        params: StationParams,
        querystring: Page,
        answer: Type.Array(AnyObject),
      }),
    },
    async ({ params: { stationId }, query: { limit = 100, before } }) => {
      one(around, stationId);
      return outside(await stations.events.list({ stationId, limit, beforeId: before }));
    },
  );

  app.post<{ Params: Static<typeof StationParams>; Body: Static<typeof Password> }>(
    '/api/stations/:stationId/password',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'Give the station a new password; the old one is valid until the new one was used',
        params: StationParams,
        body: Password,
      }),
    },
    async ({ params: { stationId }, body, actor }) => {
      if (body.deliver === 'by-person') return taken(await admin.newPassword(stationId, actor));
      one(around, stationId);
      const rotation = await stations.rotatePassword(stationId, actor);
      if (!rotation.ok) throw new HttpProblem(502, rotation.detail);
      return rotation;
    },
  );

  app.post<{ Params: Static<typeof StationParams> }>(
    '/api/stations/:stationId/disconnect',
    {
      config: { permission: 'stations:operate' },
      schema: describes({ tag, summary: 'End the connection of the station', params: StationParams }),
    },
    async ({ params: { stationId }, actor }) => taken(await admin.disconnect(stationId, actor)),
  );

  app.post<{ Params: Static<typeof StationParams>; Body: Static<typeof Csr> }>(
    '/api/stations/:stationId/certificate',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'Sign a certificate request of the station by hand',
        description: 'Stations do this by themselves with SignCertificate; its CN must be the OCPP identity.',
        params: StationParams,
        body: Csr,
        status: 201,
      }),
    },
    async ({ params: { stationId }, body, actor }, reply) =>
      reply.code(201).send(outside(taken(await admin.signCertificate(stationId, body.csr, actor)))),
  );

  app.get(
    '/api/station-certificates',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'Certificates issued to stations by the own authority',
        answer: Type.Array(AnyObject),
      }),
    },
    async () => outside(await stations.authority.list()),
  );

  app.get(
    '/api/station-waivers',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'Security debt: exceptions that hold now, with reason and end',
        answer: Type.Array(AnyObject),
      }),
    },
    async () => outside(stations.securityDebt()),
  );

  app.post<{ Params: Static<typeof StationParams>; Body: Static<typeof NewWaiver> }>(
    '/api/stations/:stationId/waivers',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'Let the station keep TLS 1.2 or security profile 2 for a time, and say why',
        params: StationParams,
        body: NewWaiver,
        status: 201,
      }),
    },
    async ({ params: { stationId }, body, actor }, reply) => {
      const expiresMs = momentMs(body.expires);
      if (expiresMs === undefined) throw new HttpProblem(400, 'body.expires must be an RFC 3339 time.');
      const terms = { kind: body.kind, reason: body.reason, expiresMs };
      return reply.code(201).send(outside(taken(await admin.grantWaiver(stationId, terms, actor))));
    },
  );

  app.delete<{ Params: Static<typeof WaiverParams> }>(
    '/api/stations/:stationId/waivers/:waiverId',
    {
      config: { permission: 'stations:manage' },
      schema: describes({ tag, summary: 'End a waiver', params: WaiverParams }),
    },
    async ({ params: { stationId, waiverId }, actor }) => {
      taken(await admin.endWaiver(stationId, waiverId, actor));
      return { ended: waiverId };
    },
  );
}

function momentOf(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const atMs = momentMs(text);
  if (atMs === undefined) throw new HttpProblem(400, `${field} must be an RFC 3339 time.`);
  return atMs;
}

export function one({ stations }: ApiSurroundings, stationId: string): StationRecord {
  return found(stations.station(stationId), `station ${stationId}`);
}

/** Without the OCPP identity: who may look at stations need not know how to pretend to be one (CWE-522, T-ID5). */
function shown({ stations }: ApiSurroundings, station: StationRecord) {
  const connection = stations.connected(station.stationId);
  return {
    stationId: station.stationId,
    name: station.name,
    registration: station.registration,
    version: connection?.version ?? station.version,
    vendor: station.vendor,
    model: station.model,
    serial: station.serial === station.identity ? null : station.serial,
    firmware: station.firmware,
    minSecurityProfile: station.minSecurityProfile,
    connected: connection !== undefined,
    securityProfile: connection?.securityProfile ?? null,
    lastSeenMs: connection?.lastSeenMs ?? null,
    connectedMs: station.connectedMs,
    disconnectedMs: station.disconnectedMs,
    bootMs: station.bootMs,
    createdMs: station.createdMs,
    retiredMs: station.retiredMs,
  };
}

function addressOf({ stationsUrl }: ApiSurroundings, identity: string): string | null {
  const base = stationsUrl();
  return base === undefined ? null : `${base.replace(/\/+$/, '')}/${encodeURIComponent(identity)}`;
}

const STATUS = { 'not-found': 404, conflict: 409, invalid: 422 } as const;

function taken<T>(outcome: AdminOutcome<T>): T {
  if (outcome.ok) return outcome.data;
  throw new HttpProblem(STATUS[outcome.code], outcome.detail);
}
