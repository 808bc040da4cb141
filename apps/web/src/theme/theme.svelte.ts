export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT = 'smac-theme';
let theme = $state<Theme>('auto');

export const themeInUse = () => theme;

export function setTheme(wanted: Theme): void {
  theme = wanted;
  if (wanted === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
  localStorage.setItem(KEPT, wanted);
}

/** As chosen last time; otherwise as the device. */
export function startTheme(): void {
  const kept = localStorage.getItem(KEPT);
  setTheme(THEMES.find((one) => one === kept) ?? 'auto');
}
