// A small bot on discord.js that does what ordinary bots do. DISCORD_API_URL names the local Discord, DISCORD_TOKEN the
// bot's token, DISCORD_SHARDS (1) how many shards it has.
'use strict';

const {
  ActionRowBuilder, ApplicationCommandType, ButtonBuilder, ButtonStyle, Client, ContextMenuCommandBuilder, Events,
  GatewayIntentBits, MessageFlags, ModalBuilder, SlashCommandBuilder, StringSelectMenuBuilder, TextInputBuilder,
  TextInputStyle, UserSelectMenuBuilder,
} = require('discord.js');

const commands = [
  new SlashCommandBuilder().setName('menu').setDescription('Buttons and menus'),
  new SlashCommandBuilder().setName('slow').setDescription('Defers, edits and follows up'),
  new SlashCommandBuilder().setName('say').setDescription('Says it in the channel')
    .addStringOption((o) => o.setName('text').setDescription('What').setRequired(true)),
  new SlashCommandBuilder().setName('find').setDescription('Finds a topic')
    .addStringOption((o) => o.setName('topic').setDescription('Topic').setRequired(true).setAutocomplete(true)),
  new SlashCommandBuilder().setName('every').setDescription('Every kind of option')
    .addUserOption((o) => o.setName('user').setDescription('User').setRequired(true))
    .addRoleOption((o) => o.setName('role').setDescription('Role').setRequired(true))
    .addChannelOption((o) => o.setName('channel').setDescription('Channel').setRequired(true))
    .addMentionableOption((o) => o.setName('mentionable').setDescription('Either').setRequired(true))
    .addIntegerOption((o) => o.setName('integer').setDescription('Integer').setRequired(true))
    .addNumberOption((o) => o.setName('number').setDescription('Number').setRequired(true))
    .addBooleanOption((o) => o.setName('boolean').setDescription('Boolean').setRequired(true)),
  new SlashCommandBuilder().setName('count').setDescription('Counts the members'),
  new ContextMenuCommandBuilder().setName('Quote').setType(ApplicationCommandType.Message),
];

const rows = () => [
  new ActionRowBuilder().addComponents(
    new ButtonBuilder().setCustomId('press').setLabel('Press').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId('form').setLabel('Form').setStyle(ButtonStyle.Secondary),
  ),
  new ActionRowBuilder().addComponents(
    new StringSelectMenuBuilder().setCustomId('pick').setPlaceholder('Pick')
      .addOptions({ label: 'One', value: '1' }, { label: 'Two', value: '2' }),
  ),
  new ActionRowBuilder().addComponents(new UserSelectMenuBuilder().setCustomId('who').setPlaceholder('Who')),
];

const form = () => new ModalBuilder().setCustomId('form').setTitle('Form').addComponents(
  new ActionRowBuilder().addComponents(
    new TextInputBuilder().setCustomId('name').setLabel('Name').setStyle(TextInputStyle.Short),
  ),
);

const privately = (content) => ({ content, flags: MessageFlags.Ephemeral });

const deeds = {
  menu: (i) => i.reply({ content: `Hello, ${i.member.displayName} of ${i.guild.name}`, components: rows() }),
  async slow(i) {
    await i.deferReply();
    await i.editReply('edited');
    await i.followUp(privately('followed up'));
  },
  async say(i) {
    await i.channel.send(i.options.getString('text'));
    await i.reply(privately('said'));
  },
  find: (i) => i.reply(`found ${i.options.getString('topic')}`),
  every(i) {
    const o = i.options;
    const parts = [
      o.getUser('user').username, o.getMember('user').displayName, o.getRole('role').name, o.getChannel('channel').name,
      o.getMentionable('mentionable').user?.username, o.getInteger('integer'), o.getNumber('number'),
      o.getBoolean('boolean'),
    ];
    return i.reply(parts.join(' '));
  },
  count: async (i) => i.reply(`${(await i.guild.members.fetch()).size} members`),
  Quote: (i) => i.reply(privately(`> ${i.targetMessage.content}`)),
  press: (i) => i.update({ content: `pressed by ${i.user.username}`, components: rows() }),
  pick: (i) => i.reply(privately(`picked ${i.values.join(' ')}`)),
  who: (i) => i.reply(privately(`chose ${i.users.map((user) => user.username).join(' ')}`)),
  form: (i) => (i.isModalSubmit() ? i.reply(privately(`named ${i.fields.getTextInputValue('name')}`)) : i.showModal(form())),
};

const shardCount = Number(process.env.DISCORD_SHARDS ?? 1);
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers, GatewayIntentBits.GuildMessages],
  rest: { api: `${process.env.DISCORD_API_URL}/api` },
  shardCount,
  shards: [...Array(shardCount).keys()],
});

client.once(Events.ClientReady, () => client.application.commands.set(commands));
client.on(Events.InteractionCreate, async (i) => {
  if (i.isAutocomplete()) {
    await i.respond([{ name: `Topic ${i.options.getFocused()}`, value: i.options.getFocused() }]);
  } else {
    await deeds[i.isCommand() ? i.commandName : i.customId](i);
  }
});
client.on(Events.Error, (error) => console.error(error));
client.login(process.env.DISCORD_TOKEN);
