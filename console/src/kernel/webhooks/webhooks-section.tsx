/** Webhooks. */
export default function WebhooksSection() {
  return <h2 className="text-[15px] font-semibold">Webhooks</h2>
}
