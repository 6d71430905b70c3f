import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConversationLog } from '../../client/conversation-log.js';
import { ScriptedGateway } from './scripted-gateway.js';

/** A log with edits and unsends in it, and which of its documents have followed them when they are read. */
const history = fc
  .array(fc.record({ kind: fc.constantFrom('text', 'edit', 'unsend'), which: fc.nat(20) }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((plan) => {
    const gateway = new ScriptedGateway();
    for (const { kind, which } of plan) {
      const texts = gateway.log.filter((entry) => entry.kind === 'text');
      const target = texts[which % Math.max(1, texts.length)];
      if (kind === 'text' || !target) gateway.append('seller', { text: `text ${which}` });
      else if (kind === 'edit')
        gateway.append('seller', { kind, targetSeq: target.seq, text: `edit ${which}` });
      else gateway.append('seller', { kind: 'unsend', targetSeq: target.seq });
    }
    return gateway;
  });

test('edits and unsends come to the same whatever the order of arrival and the age of the documents', () => {
  fc.assert(
    fc.property(
      history,
      fc.array(fc.nat(), { minLength: 25, maxLength: 25 }),
      fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
      fc.nat(25),
      (gateway, order, followed, skipped) => {
        const read = gateway.log.map((entry) =>
          followed[entry.seq - 1] ? gateway.projected(entry) : entry,
        );
        const log = new ConversationLog();
        const hole = Math.min(skipped, read.length - 1);
        log.skipTo(hole);
        const arriving = read
          .slice(hole)
          .sort((a, b) => order[a.seq - 1]! - order[b.seq - 1]! || a.seq - b.seq);
        for (const message of [...arriving, ...arriving]) log.add(message);
        while (log.hasOlder)
          log.addOlder(
            read
              .slice(0, log.first - 1)
              .reverse()
              .slice(0, 3),
          );
        expect(log.raw.map(({ seq }) => seq)).toEqual(read.map(({ seq }) => seq));
        expect(log.entries.map(({ message }) => message)).toEqual(
          gateway.log
            .filter(({ kind }) => kind === 'text')
            .map((entry) => gateway.projected(entry)),
        );
      },
    ),
  );
});

test('a document that is ahead of the edits at hand is not set back by them', () => {
  const gateway = new ScriptedGateway();
  const log = new ConversationLog();
  gateway.append('seller', { text: 'first' });
  gateway.append('seller', { kind: 'edit', targetSeq: 1, text: 'second' });
  gateway.append('seller', { kind: 'edit', targetSeq: 1, text: 'third' });
  const [target, edit, later] = gateway.log;
  log.add(gateway.projected(target!));
  log.add(edit!);
  expect(log.entries.map(({ message }) => message.text)).toEqual(['third']);
  log.add(later!);
  expect(log.entries.map(({ message }) => message.text)).toEqual(['third']);
});

test('what changes nothing to draw leaves the list the same object', () => {
  const gateway = new ScriptedGateway();
  const log = new ConversationLog();
  log.add(gateway.append('seller', { text: 'one' }));
  log.add(gateway.append('seller', { text: 'two' }));
  const [one, two] = log.entries;
  log.add(gateway.append('seller', { kind: 'edit', targetSeq: 2, text: 'two, edited' }));
  expect(log.entries[0]).toBe(one);
  expect(log.entries[1]).not.toBe(two);
  const before = log.entries;
  log.add(gateway.append('seller', { kind: 'edit', targetSeq: 99, text: 'of nothing' }));
  expect(log.entries).toBe(before);
});
