import { numbersByName, numberTables } from '../numbers';
import type { IRunMetrics } from '../types';

const METRICS: IRunMetrics = {
  run_id: 'run-1',
  reads: [],
  profiles: [],
  truncated: false,
  metrics: [
    ['sequali', 'a_R1.fq', 'reads', 10],
    ['sequali', 'a_R1.fq', 'gc_share', 0.5],
    ['sequali', 'a_R2.fq', 'reads', 20],
    ['quast', 'a', 'N50', 1234]
  ].map(([tool, sample, name, value]) => ({
    tool: String(tool),
    sample: String(sample),
    name: String(name),
    value: Number(value),
    file: 'x.json'
  }))
};

it('has a table for each tool, and a column for each of its samples', () => {
  expect(numberTables(METRICS)).toEqual([
    {
      tool: 'sequali',
      samples: ['a_R1.fq', 'a_R2.fq'],
      rows: [
        { name: 'reads', values: [10, 20] },
        { name: 'gc_share', values: [0.5, null] }
      ]
    },
    { tool: 'quast', samples: ['a'], rows: [{ name: 'N50', values: [1234] }] }
  ]);
});

it('keeps read 1 and read 2 apart where runs are compared', () => {
  expect([...numbersByName(METRICS)]).toEqual([
    ['sequali: reads (1)', 10],
    ['sequali: reads (2)', 20],
    ['sequali: gc_share (1)', 0.5],
    ['quast: N50', 1234]
  ]);
  expect(numbersByName(null).size).toBe(0);
});
