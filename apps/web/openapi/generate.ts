import { type Schema, typeText } from './type-text.ts';

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/**
 * The TypeScript of the API client's types: per operation what it takes and what it answers. No ready-made generator is used: those
 * need the compiler API, which the TypeScript of this project does not have.
 * @throws where an operation is not described
 */
export function operationTypes(document: OpenApi, operations: readonly string[]): string {
  const parts = operations.map((name) => {
    const [method = '', path = ''] = name.split(' ');
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`${name} is not in the description of the API`);
    const lines = [
      parameters(operation, 'path'),
      parameters(operation, 'query'),
      operation.requestBody ? `body: ${typeText(schemaOf(operation.requestBody), '    ')}` : 'body?: never',
      `answer: ${typeText(answerOf(operation), '    ')}`,
    ];
    return `  '${name}': {\n${lines.map((line) => `    ${line};\n`).join('')}  };\n`;
  });
  return `// Generated from the server's OpenAPI description by apps/web/openapi/write.ts; do not edit.\nexport interface Operations {\n${parts.join('')}}\n`;
}

function parameters({ parameters: all = [] }: Operation, place: 'path' | 'query'): string {
  const own = all.filter((parameter) => parameter.in === place);
  if (own.length === 0) return `${place}?: never`;
  const isOptional = place === 'query' && own.every(({ required = false }) => !required);
  const schema: Schema = {
    type: 'object',
    properties: Object.fromEntries(own.map(({ name, schema: one }) => [name, one])),
    required: own.filter(({ required = false }) => required).map(({ name }) => name),
  };
  return `${place}${isOptional ? '?' : ''}: ${typeText(schema, '    ')}`;
}

function answerOf({ responses }: Operation): Schema {
  const [status] = Object.keys(responses).filter((code) => /^2\d\d$/.test(code));
  return schemaOf(responses[status ?? '200'] ?? {});
}

function schemaOf({ content = {} }: Content): Schema {
  return content['application/json']?.schema ?? {};
}
