import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createMetrics } from '../../src/metrics.js';

/** What operators load into Prometheus and Grafana, held against what a process really shows. */

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: { severity: string };
  annotations?: { summary: string; runbook: string };
}
interface Dashboard {
  uid: string;
  panels: {
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: { expr: string }[];
  }[];
}

const folder = 'deploy/observability';
const { groups } = parse(readFileSync(`${folder}/alerts.yaml`, 'utf8')) as {
  groups: { rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const recorded = new Set(rules.map(({ record }) => record));
const dashboards = readdirSync(`${folder}/dashboards`).map(
  (file) => JSON.parse(readFileSync(`${folder}/dashboards/${file}`, 'utf8')) as Dashboard,
);

/** Each metric with the names of its labels. */
const shown = new Map<string, string[]>();
for (const metric of createMetrics('test').registry.getMetricsAsArray()) {
  const { name, labelNames = [] } = metric as unknown as { name: string; labelNames?: string[] };
  const { type } = metric as unknown as { type: string };
  const labels = [...labelNames, 'node', 'namespace', 'pod', 'component'];
  shown.set(name, labels);
  if (type !== 'histogram') continue;
  for (const part of ['_bucket', '_count', '_sum']) shown.set(`${name}${part}`, [...labels, 'le']);
}

/** What an expression asks for that no process shows. */
function unknownIn(expr: string): string[] {
  const asked = [...expr.matchAll(/\b(haggle[\w:]*)(?:\{([^}]*)\})?/g)];
  expect(asked.length).toBeGreaterThan(0);
  return asked.flatMap(([, name = '', selector = '']) => {
    if (name.includes(':')) return recorded.has(name) ? [] : [name];
    const labels = shown.get(name);
    if (!labels) return [name];
    const chosen = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    return chosen.filter((label) => !labels.includes(label)).map((label) => `${name}{${label}}`);
  });
}

describe('the alert rules', () => {
  test('ask only for what a process shows', () => {
    expect(rules.flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  });

  test('compare with a bucket that is there', () => {
    const bounds = rules.flatMap(({ expr }) => [
      ...expr.matchAll(/(haggle_\w+)_bucket\{[^}]*le="([\d.]+)"/g),
    ]);
    expect(bounds.length).toBeGreaterThan(0);
    const metrics = createMetrics('test').registry;
    for (const [, name = '', bound] of bounds) {
      const { buckets } = metrics.getSingleMetric(name) as unknown as { buckets: number[] };
      expect([name, buckets]).toEqual([name, expect.arrayContaining([Number(bound)])]);
    }
  });

  const text = readFileSync('docs/runbooks.md', 'utf8');
  const headings = [...text.matchAll(/^## (\w+)$/gm)].map(([, name = '']) => name);

  test('each has a runbook that says how urgent it is', () => {
    for (const { alert = '', annotations, labels } of alerts) {
      const heading = alert.replace(/Slowly$/, '');
      expect(headings).toContain(heading);
      expect(annotations?.runbook).toBe(`docs/runbooks.md#${heading.toLowerCase()}`);
      const [, section = ''] = text.split(`## ${heading}\n`);
      if (alert === heading)
        expect(section.trim()).toMatch(new RegExp(`^\\*${labels?.severity}[.;]`));
    }
    const named = alerts.map(({ alert = '' }) => alert);
    expect(headings.filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe('the dashboards', () => {
  test('ask only for what a process shows', () => {
    const asked = dashboards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets));
    expect(asked.length).toBeGreaterThan(dashboards.length);
    expect(asked.flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  });

  test('have places of their own', () => {
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
    for (const { panels } of dashboards) {
      for (const [index, { gridPos: one }] of panels.entries()) {
        expect(one.x + one.w).toBeLessThanOrEqual(24);
        for (const { gridPos: other } of panels.slice(index + 1)) {
          const apart =
            one.x + one.w <= other.x ||
            other.x + other.w <= one.x ||
            one.y + one.h <= other.y ||
            other.y + other.h <= one.y;
          expect(apart).toBe(true);
        }
      }
    }
  });
});

test('pages and scalers name only metrics that a process shows, or that the adapter makes of them', () => {
  const pages = ['docs/operations.md', 'docs/runbooks.md', 'docs/capacity.md', 'k8s/README.md'];
  const scalers = ['k8s/chart', 'k8s/components'].flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => `${place}/${file}`),
  );
  const texts = [...pages, ...scalers].map((file) => readFileSync(file, 'utf8'));
  const named = new Set(texts.flatMap((text) => text.match(/\bhaggle_[a-z\d_]+/g) ?? []));
  const made = texts.flatMap((text) => [...text.matchAll(/as: (haggle_\w+)/g)].map(([, as]) => as));
  expect(named.size).toBeGreaterThan(30);
  expect([...named].filter((name) => !shown.has(name) && !made.includes(name))).toEqual([]);
});
