/** What other programs were told. */
import { LedgerError } from '#src/core/ledger-error.ts';
import { listWebhooks, requeueWebhook } from '#src/io/db/webhooks.ts';
import { type CommandGroup, command, type House, type Session, withHouse } from './session.ts';
import { renderTable, shortTime } from './table.ts';

/** `webhooks`. */
export const webhookCommands: CommandGroup = (session, exit) => {
  const webhooks = command('webhooks', 'what other programs were told of, the newest first');
  webhooks
    .command('list', { isDefault: true })
    .description('the newest deliveries and what became of them')
    .action(async () => {
      await withHouse(session, { ...webhooks.opts(), onHandedOver: exit }, (house) => list(house, session));
    });
  webhooks
    .command('replay')
    .argument('<id>')
    .description('send a delivery again, unchanged and signed anew')
    .action(async (id: string) => {
      await withHouse(session, { ...webhooks.opts(), onHandedOver: exit }, (house) => replay(house, { id, session }));
    });
  return [webhooks];
};

async function list({ deps }: House, session: Session): Promise<void> {
  const rows = (await listWebhooks(deps.db)).map((row) => [
    ...[String(row.id), row.hook, row.event, row.state, String(row.attempt_count)],
    ...[shortTime(row.created_at.toString()), row.error ?? ''],
  ]);
  session.out(
    rows.length === 0
      ? 'Nothing was told yet.\n'
      : renderTable(['ID', 'HOOK', 'EVENT', 'STATE', 'TRIES', 'SINCE', 'ERROR'], rows),
  );
}

async function replay(
  { deps }: House,
  { id, session }: { readonly id: string; readonly session: Session },
): Promise<void> {
  const isNumber = /^\d{1,15}$/.test(id);
  if (!isNumber || !(await requeueWebhook(deps.db, Number(id), deps.now())))
    throw new LedgerError('not-found', `There is no delivery "${id}" that could be sent again`);
  session.out(`Delivery ${id} is sent again at the next tick.\n`);
}
