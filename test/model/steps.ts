import fc from 'fast-check';

/** Something that happens; devices and gateways by number. */
export type Step =
  | { do: 'send'; device: number; count: number }
  /** One message through two doors on two nodes at once. */
  | { do: 'sendTwice'; device: number }
  | { do: 'edit' | 'unsend'; device: number; pick: number }
  | { do: 'read' | 'leave' | 'return' | 'cut'; device: number }
  | { do: 'kill' | 'duplicate' | 'scatter'; gateway: number }
  | { do: 'lose'; gateway: number; count: number }
  /** Lets everything come to rest that can. */
  | { do: 'breathe' };

export const devices = 4;
export const gateways = 2;

const device = fc.nat({ max: devices - 1 });
const gateway = fc.nat({ max: gateways - 1 });
const step = <T extends Step['do'], A extends object>(
  weight: number,
  name: T,
  details: { [Key in keyof A]: fc.Arbitrary<A[Key]> },
) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), ...details }) as fc.Arbitrary<never>,
});

/** A run of life: mostly talk, now and then something breaks. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    step(12, 'send', { device, count: fc.integer({ min: 1, max: 4 }) }),
    step(2, 'sendTwice', { device }),
    step(5, 'edit', { device, pick: fc.nat() }),
    step(3, 'unsend', { device, pick: fc.nat() }),
    step(4, 'read', { device }),
    step(3, 'cut', { device }),
    step(2, 'leave', { device }),
    step(4, 'return', { device }),
    step(1, 'kill', { gateway }),
    step(3, 'lose', { gateway, count: fc.integer({ min: 1, max: 3 }) }),
    step(1, 'duplicate', { gateway }),
    step(1, 'scatter', { gateway }),
    step(4, 'breathe', {}),
  ),
  { minLength: 25, maxLength: 45, size: 'max' },
);
