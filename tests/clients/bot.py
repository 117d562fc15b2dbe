"""A small bot on discord.py that does what ordinary bots do. DISCORD_API_URL names the local Discord, DISCORD_TOKEN the
bot's token, DISCORD_SHARDS (1) how many shards it has."""

import logging
import os

import discord
import yarl
from discord import app_commands
from discord.ui import Button, Modal, Select, TextInput, UserSelect, View

API = os.environ["DISCORD_API_URL"]
discord.http.Route.BASE = f"{API}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{API.replace('http://', 'ws://')}/gateway")


class Form(Modal, title="Form"):
    name: TextInput = TextInput(label="Name", custom_id="name")

    async def on_submit(self, interaction):
        await interaction.response.send_message(f"named {self.name.value}", ephemeral=True)


class Menu(View):
    """Buttons and menus that keep working after a restart."""

    def __init__(self):
        super().__init__(timeout=None)

    @discord.ui.button(label="Press", custom_id="press")
    async def press(self, interaction, _button: Button):
        await interaction.response.edit_message(content=f"pressed by {interaction.user.name}", view=Menu())

    @discord.ui.button(label="Form", custom_id="form")
    async def form(self, interaction, _button: Button):
        await interaction.response.send_modal(Form())

    @discord.ui.select(
        placeholder="Pick",
        custom_id="pick",
        options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two", value="2")],
    )
    async def pick(self, interaction, select: Select):
        await interaction.response.send_message(f"picked {' '.join(select.values)}", ephemeral=True)

    @discord.ui.select(cls=UserSelect, placeholder="Who", custom_id="who")
    async def who(self, interaction, select: UserSelect):
        names = " ".join(user.name for user in select.values)
        await interaction.response.send_message(f"chose {names}", ephemeral=True)


class Bot(discord.AutoShardedClient):
    def __init__(self):
        super().__init__(
            intents=discord.Intents(guilds=True, members=True, guild_messages=True),
            shard_count=int(os.environ.get("DISCORD_SHARDS", "1")),
            heartbeat_timeout=4,
        )
        self.tree = app_commands.CommandTree(self)

    async def before_identify_hook(self, shard_id, *, initial=False):
        """Waits for nothing: on this Discord identifies may follow each other at once."""

    async def setup_hook(self):
        self.add_view(Menu())
        await self.tree.sync()


bot = Bot()


@bot.tree.command(description="Buttons and menus")
async def menu(interaction: discord.Interaction):
    hello = f"Hello, {interaction.user.display_name} of {interaction.guild.name}"
    await interaction.response.send_message(hello, view=Menu())


@bot.tree.command(description="Defers, edits and follows up")
async def slow(interaction: discord.Interaction):
    await interaction.response.defer()
    await interaction.edit_original_response(content="edited")
    await interaction.followup.send("followed up", ephemeral=True)


@bot.tree.command(description="Says it in the channel")
async def say(interaction: discord.Interaction, text: str):
    await interaction.channel.send(text)
    await interaction.response.send_message("said", ephemeral=True)


@bot.tree.command(description="Finds a topic")
async def find(interaction: discord.Interaction, topic: str):
    await interaction.response.send_message(f"found {topic}")


@find.autocomplete("topic")
async def topics(_interaction: discord.Interaction, current: str):
    return [app_commands.Choice(name=f"Topic {current}", value=current)]


@bot.tree.command(description="Every kind of option")
async def every(
    interaction: discord.Interaction,
    user: discord.Member,
    role: discord.Role,
    channel: discord.TextChannel,
    mentionable: discord.Member | discord.Role,
    integer: int,
    number: float,
    boolean: bool,
):
    parts = [user.name, user.display_name, role.name, channel.name, mentionable.name, integer, number, str(boolean).lower()]
    await interaction.response.send_message(" ".join(map(str, parts)))


@bot.tree.command(description="Counts the members")
async def count(interaction: discord.Interaction):
    # All members were asked for at the start; that is allowed every 30 seconds only.
    await bot.wait_until_ready()
    await interaction.response.send_message(f"{len(interaction.guild.members)} members")


@bot.tree.context_menu(name="Quote")
async def quote(interaction: discord.Interaction, message: discord.Message):
    await interaction.response.send_message(f"> {message.content}", ephemeral=True)


bot.run(os.environ["DISCORD_TOKEN"], log_level=logging.ERROR)
