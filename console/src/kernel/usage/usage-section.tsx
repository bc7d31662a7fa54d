/** What callers of the API used. */
export default function UsageSection() {
  return <h2 className="text-[15px] font-semibold">Usage</h2>
}
