/** For a form that opens where nobody may look: brings it into view and puts the keyboard into its first field. */
export function shown(form: HTMLElement): void {
  form.scrollIntoView({ block: 'nearest' });
  form.querySelector<HTMLElement>('input:enabled, select:enabled')?.focus();
}
