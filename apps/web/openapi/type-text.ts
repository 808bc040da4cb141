/** The part of JSON Schema that the server's description uses. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** A JSON schema as a TypeScript type. @throws where a schema says something this does not know, so that nothing is typed wrongly */
export function typeText(schema: Schema, indent = ''): string {
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map((one) => typeText(one, indent)))].join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array': {
      const inner = typeText(schema.items ?? {}, indent);
      return `readonly ${inner.includes('|') ? `(${inner})` : inner}[]`;
    }
    case 'object':
      return objectText(schema, indent);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`No TypeScript type is known for ${JSON.stringify(schema)}`);
  }
}

function objectText({ properties = {}, required = [] }: Schema, indent: string): string {
  const fields = Object.entries(properties);
  if (fields.length === 0) return 'Readonly<Record<string, unknown>>';
  const inner = `${indent}  `;
  const lines = fields.map(([name, schema]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    return `${inner}readonly ${key}${required.includes(name) ? '' : '?'}: ${typeText(schema, inner)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}
