/** One thing wrong with an input document: where (`sessions[3].soc`) and what to do about it. */
export interface FieldError {
  path: string;
  message: string;
}

/** The one-line form people read: `sessions[3].soc: must be between 0 and 1, got 80`. */
export function formatFieldError(error: FieldError): string {
  return error.path === '' ? error.message : `${error.path}: ${error.message}`;
}
