const HIDDEN = '[hidden]';
/** Fields that hold a secret or a person's token, in the spelling of every version (T-LEAK, security.md 1.2). */
const SECRET_FIELDS = new Set([
  'authorizationkey',
  'basicauthpassword',
  'password',
  'idtag',
  'parentidtag',
  'emaid',
  'additionalidtoken',
  'evccid',
  'simpin',
  'apnpassword',
  'apnusername',
]);
/** Names of configuration keys and variables whose value is a secret. */
const SECRET_NAME = /password|passwd|secret|authorizationkey|sharedkey|privatekey|sim.?pin|token$/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A copy of an OCPP payload without secrets, RFID UIDs and credentials in addresses. */
export function masked(value: unknown): unknown {
  return hidden(value, false, 0);
}

/** @param isSecret an object further out is about a secret: a report nests the value below the name of its variable. */
function hidden(value: unknown, isSecret: boolean, depth: number): unknown {
  if (typeof value === 'string')
    return value.includes('@') ? value.replace(/(\w+:\/\/)[^/\s@]*@/g, `$1${HIDDEN}@`) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 20) return HIDDEN;
  if (Array.isArray(value)) return value.map((inner) => hidden(inner, isSecret, depth + 1));
  const fields = value as Readonly<Record<string, unknown>>;
  const about = nameOf(fields);
  const hidesValue = isSecret || (about !== '' && isSecretName(about));
  const shown: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const inner = fields[name];
    // A plain assignment to this name would set no field.
    if (name === '__proto__') Object.defineProperty(shown, name, { value: HIDDEN, enumerable: true });
    else shown[name] = hides(name, inner, fields, hidesValue) ? HIDDEN : hidden(inner, hidesValue, depth + 1);
  }
  return shown;
}

function hides(
  name: string,
  inner: unknown,
  fields: Readonly<Record<string, unknown>>,
  hidesValue: boolean,
): boolean {
  const word = name.toLowerCase();
  return (
    SECRET_FIELDS.has(word) ||
    // SetNetworkProfile: the key of a VPN stands beside its password.
    (word === 'key' && 'password' in fields) ||
    (hidesValue && /^(value|attributevalue|actualvalue)$/.test(word)) ||
    // 2.x: { idToken: { idToken: 'UID', type } }; the type is no secret.
    (word === 'idtoken' && typeof inner === 'string')
  );
}

/** The configuration key (1.6) or variable (2.x) an object is about. */
function nameOf(fields: Readonly<Record<string, unknown>>): string {
  if (typeof fields.key === 'string') return fields.key;
  const { variable } = fields;
  if (typeof variable !== 'object' || variable === null || !('name' in variable)) return '';
  return typeof variable.name === 'string' ? variable.name : '';
}
