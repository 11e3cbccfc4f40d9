export { Channel, type ChannelOptions } from './channel/channel.ts';
