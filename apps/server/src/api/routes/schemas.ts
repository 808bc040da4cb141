import Type, { type TSchema } from 'typebox';

/** Any JSON object; its fields are described in words where a schema would repeat the type. */
export const AnyObject = Type.Object({}, { additionalProperties: true });

export const ProblemDetails = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'One sentence that names the field and the fix.' }),
    code: Type.Optional(
      Type.String({
        description:
          'Tells refusals of one status apart, like signed-out, second-factor, step-up, csrf, locked',
      }),
    ),
    instance: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), problem: Type.String() }))),
  },
  { description: 'RFC 9457 problem details' },
);

/** A text without control characters, so that whatever passes can be stored as text by the database. */
export const PrintableText = (maxLength: number, description?: string) =>
  Type.String({
    maxLength,
    pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    ...(description === undefined ? {} : { description }),
  });

export const PlanParams = Type.Object({
  number: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});

export const ContextParams = Type.Object({ contextId: PrintableText(200) });

export const Moment = (description: string) =>
  Type.String({ description: `${description}, RFC 3339`, maxLength: 40 });

interface Doc {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly body?: TSchema;
  readonly answer?: TSchema;
  readonly status?: number;
}

/** The schema of a route: what it takes, what it answers, and that every refusal is problem details. */
export function describes({
  tag,
  summary,
  description,
  params,
  querystring,
  body,
  answer = AnyObject,
  status = 200,
}: Doc) {
  return {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(params === undefined ? {} : { params }),
    ...(querystring === undefined ? {} : { querystring }),
    ...(body === undefined ? {} : { body }),
    response: { [status]: answer, '4xx': ProblemDetails, '5xx': ProblemDetails },
  };
}
