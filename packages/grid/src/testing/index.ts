export { HandClock } from './hand-clock.ts';
export { type Heard, SimulatedCapacityProvider } from './simulated-capacity-provider.ts';
