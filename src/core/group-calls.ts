/**
 * Makes a few runs of many calls: calls that come while a run is under way wait and go together in the next one, at most `groupMax`
 * of them. A lone call runs at once. `run` answers in the order of its inputs. When it rejects for a group, each of its calls runs again
 * alone, so that only the one at fault rejects.
 */
export function groupCalls<Input, Output>(
  run: (inputs: readonly Input[]) => Promise<readonly Output[]>,
  groupMax: number,
): (input: Input) => Promise<Output> {
  type Call = PromiseWithResolvers<Output> & { readonly input: Input };
  const waiting: Call[] = [];
  let isRunning = false;
  const answer = async (calls: readonly Call[]): Promise<void> => {
    try {
      const outputs = await run(calls.map(({ input }) => input));
      if (outputs.length !== calls.length) throw new Error(`${calls.length} calls got ${outputs.length} answers`);
      for (const [at, output] of outputs.entries()) calls[at]?.resolve(output);
    } catch (error) {
      if (calls.length === 1) calls[0]?.reject(error);
      else for (const call of calls) await answer([call]);
    }
  };
  const work = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) await answer(waiting.splice(0, groupMax));
    isRunning = false;
  };
  return (input) => {
    const call = { ...Promise.withResolvers<Output>(), input };
    waiting.push(call);
    if (!isRunning) void work();
    return call.promise;
  };
}
