/** Cars people choose from when they sign up: usable battery and power as their makers publish them, rounded. Any other is typed in. */
export interface VehicleModel {
  readonly make: string;
  readonly model: string;
  /** Usable, Wh. */
  readonly batteryWh: number;
  readonly acPhases: 1 | 2 | 3;
  readonly acPowerW: number;
  readonly dcPowerW: number;
  /** WLTP-like, Wh per km. */
  readonly whPerKm: number;
}

type Line = readonly [
  make: string,
  model: string,
  batteryKwh: number,
  phases: 1 | 2 | 3,
  acKw: number,
  dcKw: number,
  whPerKm: number,
];

const LINES: readonly Line[] = [
  ['Audi', 'Q4 e-tron 45', 77, 3, 11, 175, 180],
  ['Audi', 'e-tron 55', 86, 3, 11, 150, 230],
  ['BMW', 'i3 120 Ah', 38, 3, 11, 50, 155],
  ['BMW', 'i4 eDrive40', 81, 3, 11, 205, 165],
  ['BMW', 'iX1 xDrive30', 65, 3, 11, 130, 175],
  ['BYD', 'Atto 3', 60, 3, 11, 88, 160],
  ['BYD', 'Dolphin 60', 60, 3, 11, 88, 155],
  ['Citroën', 'ë-C4', 46, 3, 11, 100, 155],
  ['Cupra', 'Born 58', 58, 3, 11, 120, 160],
  ['Dacia', 'Spring 45', 25, 1, 7.4, 30, 135],
  ['Fiat', '500e 42', 37, 3, 11, 85, 140],
  ['Ford', 'Mustang Mach-E', 72, 3, 11, 115, 190],
  ['Hyundai', 'Ioniq 5 77', 74, 3, 11, 233, 180],
  ['Hyundai', 'Kona 64', 64, 3, 11, 77, 155],
  ['Kia', 'EV6 77', 74, 3, 11, 233, 170],
  ['Kia', 'Niro EV', 65, 3, 11, 80, 160],
  ['Mercedes-Benz', 'EQA 250', 67, 3, 11, 100, 180],
  ['MG', 'MG4 64', 62, 3, 11, 140, 165],
  ['MG', 'ZS EV', 49, 3, 11, 92, 175],
  ['Mini', 'Cooper SE', 29, 3, 11, 50, 155],
  ['Mitsubishi', 'Outlander PHEV', 12, 1, 3.7, 22, 220],
  ['Nissan', 'Ariya 87', 87, 3, 22, 130, 190],
  ['Nissan', 'Leaf 40', 39, 1, 6.6, 46, 165],
  ['Nissan', 'Leaf e+', 59, 1, 6.6, 46, 170],
  ['Opel', 'Corsa-e', 46, 3, 11, 100, 150],
  ['Peugeot', 'e-208', 46, 3, 11, 100, 150],
  ['Peugeot', 'e-2008', 46, 3, 11, 100, 165],
  ['Polestar', '2 Long Range', 79, 3, 11, 205, 170],
  ['Renault', '5 E-Tech 52', 52, 3, 11, 100, 150],
  ['Renault', 'Megane E-Tech', 60, 3, 22, 130, 160],
  ['Renault', 'Zoe ZE50', 52, 3, 22, 46, 165],
  ['Škoda', 'Enyaq 80', 77, 3, 11, 135, 175],
  ['Smart', '#1', 62, 3, 22, 150, 175],
  ['Tesla', 'Model 3 RWD', 58, 3, 11, 170, 140],
  ['Tesla', 'Model 3 Long Range', 75, 3, 11, 250, 150],
  ['Tesla', 'Model Y Long Range', 75, 3, 11, 250, 165],
  ['Tesla', 'Model S', 95, 3, 11, 250, 175],
  ['Toyota', 'bZ4X', 64, 3, 11, 147, 175],
  ['Volkswagen', 'e-Golf', 32, 1, 7.2, 40, 150],
  ['Volkswagen', 'ID.3 58', 58, 3, 11, 120, 155],
  ['Volkswagen', 'ID.4 77', 77, 3, 11, 135, 175],
  ['Volkswagen', 'ID. Buzz', 77, 3, 11, 170, 215],
  ['Volvo', 'EX30', 64, 3, 11, 153, 170],
  ['Volvo', 'XC40 Recharge', 75, 3, 11, 150, 200],
];

export const VEHICLE_MODELS: readonly VehicleModel[] = LINES.map(
  ([make, model, batteryKwh, acPhases, acKw, dcKw, whPerKm]) => ({
    make,
    model,
    batteryWh: batteryKwh * 1000,
    acPhases,
    acPowerW: acKw * 1000,
    dcPowerW: dcKw * 1000,
    whPerKm,
  }),
);
