// Evaluates IAM requests with a policy engine that isn't this project's.
// stdin: in each line a JSON list of simulations as @cloud-copilot/iam-simulate takes them;
// stdout: for each line a JSON list of {result, errors, ignored}, in the same order.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

for await (const line of createInterface({ input: process.stdin })) {
  const answers = []
  for (const simulation of JSON.parse(line)) {
    const r = await runSimulation(simulation, {})
    if (r.resultType === 'error') {
      answers.push({ result: 'error', errors: JSON.stringify(r.errors) })
      continue
    }
    const ignored = (r.results ?? [r.result]).flatMap((one) => one.ignoredContextKeys ?? [])
    answers.push({ result: r.overallResult, errors: '', ignored })
  }
  process.stdout.write(JSON.stringify(answers) + '\n')
}
