import { describe } from '@jest/globals';
import { stageOf } from './endings.js';
import { told, type Plays } from './plays.js';

/** What keeps people safe from each other. */
export function trust(plays: Plays): void {
  describe('Trust', () => {
    plays('people, listings and messages are reported once, and never one’s own', async (scene) => {
      const { minji, junho, say } = await stageOf(scene);
      const sent = await minji.ask('message:send', say('안녕하세요'));
      const { id } = (sent.data as { message: { id: string } }).message;
      const report = (targetType: string, targetId: string, more: object = {}) => ({
        targetType,
        targetId,
        reason: 'fraud',
        ...more,
      });
      const listing = report('listing', scene.listingId, { note: ' 사진이 도용됐어요 ' });
      const asks = async (device: typeof minji, body: object) => {
        const answer = await device.rest('POST', '/reports', body);
        // The ids of messages and people differ from stage to stage.
        const { targetId: _, ...shown } = (answer.body ?? {}) as { targetId?: string };
        return told({ ...answer, body: shown });
      };
      return [
        await asks(minji, listing),
        await asks(minji, { ...listing, reason: 'spam' }),
        await asks(junho, listing),
        await asks(junho, report('message', id)),
        await asks(minji, report('message', id)),
        await asks(minji, report('user', scene.seller.id)),
        await asks(minji, report('user', 'nobody-here')),
        await asks(minji, report('user', scene.seller.id, { by: 'x' })),
      ];
    });

    plays(
      'a moderator looks at a report, has it alone, and decides it for all who made one',
      async (scene) => {
        const { stage, seller } = scene;
        const { minji, junho, say } = await stageOf(scene);
        const [jihun, sora] = [await stage.person('지훈'), await stage.person('소라')];
        const [before, other] = [await scene.raw(jihun), await scene.raw(sora)];
        const refused = told(await before.rest('GET', '/admin/reports'));
        for (const one of [jihun, sora]) await stage.moderates(one);
        for (const text of ['하나', '둘']) await minji.ask('message:send', say(text));
        const sent = await junho.ask('message:send', say('나쁜 말'));
        const { id: targetId } = (sent.data as { message: { id: string } }).message;
        const reported = await minji.rest('POST', '/reports', {
          ...{ targetType: 'message', targetId, reason: 'harassment' },
        });
        const at = `/admin/reports/${(reported.body as { id: string }).id}`;
        const whole = async () => told(await before.rest('GET', at));
        const queue = await before.rest('GET', '/admin/reports?limit=100&targetType=message');
        const { items } = queue.body as { items: { report: { targetId: string } }[] };
        const suspend = { verdict: 'suspend', reason: 'harassment', days: 3 };
        const answers = [
          refused,
          items.filter(({ report }) => report.targetId === targetId),
          await whole(),
          told(await before.rest('PUT', `${at}/claim`)),
          told(await other.rest('PUT', `${at}/claim`)),
          told(await other.rest('POST', `${at}/decision`, suspend)),
          told(await minji.rest('PUT', `${at}/claim`)),
          told(await before.rest('POST', `${at}/decision`, { verdict: 'suspend' })),
          told(await before.rest('POST', `${at}/decision`, { verdict: 'blind', reason: 'spam' })),
          told(await before.rest('DELETE', `${at}/claim`)),
          told(await other.rest('POST', `${at}/decision`, suspend)),
          told(await other.rest('POST', `${at}/decision`, suspend)),
          told(await before.rest('POST', `${at}/decision`, { verdict: 'dismiss' })),
          await junho.hears('session:revoked'),
        ];
        const { body } = await other.rest('GET', at);
        const { sanctions, trail } = body as { sanctions: object[]; trail: { what: string }[] };
        const lifted = await other.rest('PUT', `/admin/users/${seller.id}/sanction`, {
          kind: 'none',
        });
        // `by` names a moderator, elsewhere a side of a deal, so that names do not know it.
        const seen = [
          ...answers,
          sanctions.length,
          trail.map(({ what }) => what),
          (lifted.body as { items: { kind: string }[] }).items.map(({ kind }) => kind),
          told(await other.rest('PUT', `/admin/users/${sora.id}/sanction`, { kind: 'none' })),
        ];
        const text = JSON.stringify(seen).replaceAll(jihun.id, 'jihun');
        return JSON.parse(text.replaceAll(sora.id, 'sora')) as unknown;
      },
    );

    plays('a listing is blinded for a report, and is back when that is undone', async (scene) => {
      const { stage, listingId } = scene;
      const { minji, junho } = await stageOf(scene);
      const jihun = await stage.person('지훈');
      await stage.moderates(jihun);
      const device = await scene.raw(jihun);
      const report = { targetType: 'listing', targetId: listingId, reason: 'counterfeit' };
      const { id } = (await minji.rest('POST', '/reports', report)).body as { id: string };
      const verdict = { verdict: 'blind', reason: 'counterfeit', note: '상표가 달라요' };
      const stateFor = async (one: typeof minji) => {
        const { status, body } = await one.rest('GET', `/listings/${listingId}`);
        return [status, (body as { state?: string }).state];
      };
      const decided = await device.rest('POST', `/admin/reports/${id}/decision`, verdict);
      const { decision } = decided.body as { decision: { by: string } };
      return [
        told({ ...decided, body: { ...decision, by: decision.by === jihun.id } }),
        await stateFor(minji),
        await stateFor(junho),
        told(await device.rest('DELETE', `/admin/listings/${listingId}/blinding`)),
        await stateFor(minji),
        told(await device.rest('GET', '/admin/reports/nobody-made-this')),
      ];
    });

    plays('a moderator judges neither what is theirs nor what they reported', async (scene) => {
      const { stage } = scene;
      const { minji } = await stageOf(scene);
      const jihun = await stage.person('지훈');
      await stage.moderates(jihun);
      const device = await scene.raw(jihun);
      const own = await stage.listing(jihun, 10_000);
      const accused = scene.seller.id;
      const report = { targetType: 'user', targetId: accused, reason: 'fraud' };
      await device.rest('POST', '/reports', report);
      const { id } = (await minji.rest('POST', '/reports', report)).body as { id: string };
      const { items } = (await device.rest('GET', '/admin/reports')).body as {
        items: { report: { id: string } }[];
      };
      const warning = { kind: 'warning', reason: 'fraud' };
      const answers = [
        await device.rest('PUT', `/admin/listings/${own}/blinding`, { reason: 'fraud' }),
        await device.rest('GET', `/admin/reports/${id}`),
        await device.rest('PUT', `/admin/users/${accused}/sanction`, warning),
        await device.rest('GET', `/admin/users/${jihun.id}/sanctions`),
      ];
      return [...answers.map(told), items.some((one) => one.report.id === id)];
    });

    plays(
      'a lure is told to the other side alone, once, and the logs have no hole',
      async (scene) => {
        const { minji, junho, say, log } = await stageOf(scene);
        await minji.ask('message:send', say('아직 있나요?'));
        await junho.ask('message:send', say('선입금 하시면 택배로 보내드려요'));
        await junho.ask('message:send', say('카톡으로 연락 주세요, 선입금이요'));
        const at = `/conversations/${scene.conversationId}`;
        return [
          await log(minji),
          await log(junho),
          told(await minji.rest('GET', at)),
          told(await junho.rest('GET', at)),
        ];
      },
    );
  });
}
