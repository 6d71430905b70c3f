import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Pace, leaveWithinMs, sliceOf } from '../../src/realtime/departures.js';
import { drainPaceOf } from '../../src/realtime/drain.js';

/** The most of these moments (ms, in order) that lie within one second. */
function mostInASecond(moments: number[]): number {
  let [first, most] = [0, 0];
  moments.forEach((moment, index) => {
    while (moment - moments[first]! >= 1_000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** A process that looks every 20 ms, unless it stands still, and devices that take their time. */
const looks = fc.array(fc.oneof(fc.constant(20), fc.integer({ min: 20, max: 1_500 })), {
  minLength: 100,
  maxLength: 400,
});
const delays = fc.array(fc.integer({ min: 0, max: leaveWithinMs }), { minLength: 1 });

test('whatever holds a process up, no second brings back more devices than the slice', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), looks, delays, (perSecond, pauses, late) => {
      const pace = new Pace(perSecond, 0);
      const back: number[] = [];
      let now = 0;
      for (const pause of pauses) {
        now += pause;
        for (let turns = pace.take(now); turns > 0; turns -= 1)
          back.push(now + late[back.length % late.length]!);
      }
      back.sort((a, b) => a - b);
      expect(mostInASecond(back)).toBeLessThanOrEqual(sliceOf(perSecond));
    }),
    { numRuns: 100 },
  );
});

test('two thousand sockets take twenty seconds, and so do forty thousand', () => {
  expect([10, 2_000, 40_000].map(drainPaceOf)).toEqual([100, 100, 2_000]);
  const pace = new Pace(100, 0);
  const told = Array.from({ length: 1_000 }, (_, look) => pace.take((look + 1) * 20));
  expect(told.reduce((sum, turns) => sum + turns)).toBe(2_000);
});
