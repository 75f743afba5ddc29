// Evaluates IAM requests with a policy engine that isn't this project's.
// stdin: a JSON list of simulations as @cloud-copilot/iam-simulate takes them;
// stdout: a JSON list of {result, errors, ignored}, in the same order.
import { text } from 'node:stream/consumers'
import { runSimulation } from '@cloud-copilot/iam-simulate'

const answers = []
for (const simulation of JSON.parse(await text(process.stdin))) {
  const r = await runSimulation(simulation, {})
  if (r.resultType === 'error') {
    answers.push({ result: 'error', errors: JSON.stringify(r.errors) })
    continue
  }
  const ignored = (r.results ?? [r.result]).flatMap((one) => one.ignoredContextKeys ?? [])
  answers.push({ result: r.overallResult, errors: '', ignored })
}
process.stdout.write(JSON.stringify(answers))
