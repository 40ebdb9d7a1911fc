/** Gives what the ledger holds in formats that other programs read. */
import { Option } from 'commander';
import { buildOpml } from '#src/core/opml.ts';
import { type CommandGroup, command, configOf } from './session.ts';

type Options = { readonly config?: string };

/** `export`. */
export const exportCommands: CommandGroup = (session) => [
  command('export', 'give the sources as a list that any feed reader takes')
    .addOption(new Option('--format <format>', 'how to write it').choices(['opml']).makeOptionMandatory())
    .action((options: Options) => {
      const { ledger } = configOf(session, options);
      const feeds = ledger.sources.map(({ url, name = null }) => ({ url, name }));
      session.out(buildOpml(ledger.name, feeds));
    }),
];
