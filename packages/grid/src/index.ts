/** Grid signals. */
export {};
