/** What pages are told of stations. Moments are RFC 3339 UTC, powers W. */
import Type from 'typebox';
import { AnyObject } from './schemas.ts';

const Text = Type.String();
const MaybeText = Type.Union([Text, Type.Null()]);
const MaybeNumber = Type.Union([Type.Number(), Type.Null()]);
const Count = Type.Integer();

export const ReadinessRows = Type.Array(
  Type.Object({
    item: Type.Union([
      Type.Literal('profiles'),
      Type.Literal('phases'),
      Type.Literal('metering'),
      Type.Literal('readback'),
      Type.Literal('version'),
      Type.Literal('security'),
    ]),
    verdict: Type.Union([
      Type.Literal('yes'),
      Type.Literal('partly'),
      Type.Literal('no'),
      Type.Literal('unknown'),
    ]),
    reason: Text,
    values: Type.Record(Text, Type.Union([Text, Type.Number()])),
  }),
);

const shown = {
  stationId: Text,
  name: Text,
  registration: MaybeText,
  version: Type.Union([Type.Literal('1.6'), Type.Literal('2.0.1'), Type.Literal('2.1'), Type.Null()]),
  vendor: MaybeText,
  model: MaybeText,
  serial: MaybeText,
  firmware: MaybeText,
  minSecurityProfile: Count,
  connected: Type.Boolean(),
  securityProfile: MaybeNumber,
  lastSeen: MaybeText,
  disconnected: Type.Optional(MaybeText),
  boot: MaybeText,
  created: Text,
  retired: MaybeText,
};

const Evse = Type.Object({
  evseId: Count,
  connectorId: Count,
  evseUid: MaybeText,
  status: MaybeText,
  statusSince: MaybeText,
  errorCode: MaybeText,
  info: MaybeText,
  phases: MaybeNumber,
  maxPowerW: MaybeNumber,
  transaction: Type.Union([
    Type.Object({
      id: Text,
      ref: Type.String({ description: 'How the station names it' }),
      start: Text,
      chargingState: MaybeText,
      powerW: MaybeNumber,
      powerRead: MaybeText,
      importedWh: Type.Number(),
      exportedWh: Type.Number(),
      soc: MaybeNumber,
    }),
    Type.Null(),
  ]),
});

const Site = Type.Union([
  Type.Object({ locationId: Text, name: Text, city: Text, timeZone: Text }),
  Type.Null(),
]);

export const StationState = Type.Object({
  stationId: Text,
  name: Text,
  connected: Type.Boolean(),
  version: shown.version,
  vendor: MaybeText,
  model: MaybeText,
  firmware: MaybeText,
  registration: MaybeText,
  securityProfile: MaybeNumber,
  lastSeen: MaybeText,
  site: Site,
  evses: Type.Array(Evse),
  findings: ReadinessRows,
  driftW: Type.Union([
    Type.Number({ description: 'Largest difference, W; positive: it allows more' }),
    Type.Null(),
  ]),
});
export const StationStates = Type.Object({ now: Text, stations: Type.Array(StationState) });

const Experience = Type.Union([Type.Literal('worked'), Type.Literal('refused'), Type.Literal('unknown')]);

export const StationDetail = Type.Object({
  ...shown,
  connectedSince: Type.Optional(MaybeText),
  details: AnyObject,
  replaceCredentials: Type.Boolean(),
  waivers: Type.Array(
    Type.Object({ id: Count, kind: Text, reason: Text, grantedBy: Text, created: Text, expires: Text }),
  ),
  capability: Type.Object({
    smartCharging: Type.Boolean(),
    rateUnits: Type.Array(Text),
    maxStackLevel: Count,
    maxPeriods: Count,
    maxProfiles: Count,
    phases: Count,
    switches3to1: Type.Boolean(),
    maxExternalConstraintsId: MaybeNumber,
    dynamicProfiles: Type.Boolean(),
    purposes: Type.Record(Text, Experience),
    compositeSchedule: Experience,
    stated: Type.Array(Text),
  }),
  availability: Type.Union([Type.Object({ percent: Type.Number() }), Type.Null()]),
  progress: Type.Array(
    Type.Object({
      id: Count,
      job: Text,
      status: Text,
      requestId: MaybeNumber,
      at: Text,
      detail: MaybeText,
    }),
  ),
});

export const DeviceModel = Type.Array(
  Type.Object({
    component: Text,
    componentInstance: MaybeText,
    evseId: MaybeNumber,
    connectorId: MaybeNumber,
    variable: Text,
    variableInstance: MaybeText,
    attribute: Text,
    value: MaybeText,
    mutability: MaybeText,
    characteristics: Type.Union([AnyObject, Type.Null()]),
    read: Text,
  }),
);

export const LoggedMessages = Type.Array(
  Type.Object({
    id: Count,
    at: Text,
    generation: Count,
    direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
    kind: Text,
    messageId: MaybeText,
    action: MaybeText,
    payload: Text,
  }),
);

const Installed = Type.Object({
  evseId: Count,
  profile: AnyObject,
  set: Text,
  state: Type.Optional(Text),
  transactionId: Type.Optional(Text),
  detail: Type.Optional(Text),
  setBy: Type.Optional(Text),
  awaitsTransaction: Type.Optional(Type.Boolean()),
});

export const HeldProfiles = Type.Object({
  profiles: Type.Array(Installed),
  byHand: Type.Array(Installed),
  drift: Type.Array(Type.Object({ stationId: Text, evseId: Count, read: Text, largestW: Type.Number() })),
});
