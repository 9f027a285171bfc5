import type { IRunMetrics } from './types';

/** The numbers of one tool: a column for each sample or file that it tells of. */
export interface INumberTable {
  readonly tool: string;
  readonly samples: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    /** In the order of `samples`; null where the tool says nothing. */
    readonly values: readonly (number | null)[];
  }[];
}

/** The numbers that were found in a run's outputs, a table for each tool. */
export function numberTables(metrics: IRunMetrics): readonly INumberTable[] {
  return distinct(metrics.metrics.map(each => each.tool)).map(tool => {
    const of = metrics.metrics.filter(each => each.tool === tool);
    const samples = distinct(of.map(each => each.sample));
    const found = new Map(
      of.map(each => [JSON.stringify([each.name, each.sample]), each.value])
    );
    return {
      tool,
      samples,
      rows: distinct(of.map(each => each.name)).map(name => ({
        name,
        values: samples.map(
          sample => found.get(JSON.stringify([name, sample])) ?? null
        )
      }))
    };
  });
}

/**
 * The same numbers by what they count, to be compared with those of other runs.
 *
 * Samples have other names in other runs: where a tool tells of several, they are numbered.
 */
export function numbersByName(
  metrics: IRunMetrics | null
): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { tool, samples, rows } of metrics ? numberTables(metrics) : []) {
    for (const { name, values } of rows) {
      values.forEach((value, at) => {
        const which = samples.length > 1 ? ` (${at + 1})` : '';
        if (value !== null) {
          numbers.set(`${tool}: ${name}${which}`, value);
        }
      });
    }
  }
  return numbers;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
