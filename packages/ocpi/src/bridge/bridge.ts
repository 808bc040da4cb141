/** The one place that knows which kinds differ between the versions and which function translates them. */
import type { OcpiVersion } from '../exchange/party.ts';
import type * as model from '../model/index.ts';
import type { Kind } from '../model/index.ts';
import { type Cdr221, cdrFrom221, cdrTo221 } from './cdrs.ts';
import { connectorTo221, evseTo221, locationTo221 } from './locations.ts';
import type { Losses } from './losses.ts';
import { clientInfoTo230, credentialsFrom221, credentialsTo221, credentialsTo230 } from './parties.ts';
import { type Session221, sessionFrom221, sessionTo221 } from './sessions.ts';
import { type Tariff221, tariffFrom221, tariffTo221 } from './tariffs.ts';
import { tokenTypeTo221 } from './tokens.ts';

type Up = (value: never) => unknown;
type Down = (value: never, losses: Losses) => unknown;

const FROM_WIRE: Readonly<Record<OcpiVersion, Partial<Record<Kind, Up>>>> = {
  '2.2.1': {
    Session: sessionFrom221,
    Cdr: cdrFrom221,
    Tariff: tariffFrom221,
    Credentials: credentialsFrom221,
  } satisfies {
    Session(value: Session221): unknown;
    Cdr(value: Cdr221): unknown;
    Tariff(value: Tariff221): unknown;
    Credentials(value: model.Credentials): unknown;
  },
  '2.3.0': {},
};

const TO_WIRE: Readonly<Record<OcpiVersion, Partial<Record<Kind, Down>>>> = {
  '2.2.1': {
    Location: locationTo221,
    Evse: evseTo221,
    Connector: connectorTo221,
    Session: sessionTo221,
    Cdr: cdrTo221,
    Tariff: tariffTo221,
    StartSession: withTokenTo221,
    ReserveNow: withTokenTo221,
    Token: tokenTo221,
    AuthorizationInfo: withTokenTo221,
    Credentials: credentialsTo221,
  },
  '2.3.0': { Credentials: credentialsTo230, ClientInfo: clientInfoTo230 },
};

function tokenTo221(token: Partial<model.Token>, losses: Losses): Partial<model.Token> {
  return token.type === undefined ? token : { ...token, type: tokenTypeTo221(token.type, '/type', losses) };
}

function withTokenTo221(value: { readonly token: model.Token }, losses: Losses): object {
  return { ...value, token: tokenTo221(value.token, losses) };
}

/** An object (or a part of one) that passed the schema of `version`, in the internal model. */
export function toInternal(kind: Kind, version: OcpiVersion, value: unknown): unknown {
  const up = FROM_WIRE[version][kind];
  return up === undefined ? value : up(value as never);
}

/** An object (or a part of one) of the internal model in the words of `version`; what could not be said is added to `losses`. */
export function fromInternal(kind: Kind, version: OcpiVersion, value: unknown, losses: Losses): unknown {
  const down = TO_WIRE[version][kind];
  return down === undefined ? value : down(value as never, losses);
}
