/** The unit as it is written behind a number; numbers without one have "1". */
export const unitText = (unit: string): string => (unit === "1" ? "" : unit);

/** A quantity with its unit in brackets, as axes and legends name it. */
export const quantityText = (name: string, unit: string): string =>
  unitText(unit) === "" ? name : `${name} (${unitText(unit)})`;

/** A number, already written, with its unit. */
export const valueText = (value: string, unit: string): string => `${value} ${unitText(unit)}`.trim();
