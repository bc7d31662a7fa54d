/** Channels. */
export default function ChannelsSection() {
  return <h2 className="text-[15px] font-semibold">Channels</h2>
}
