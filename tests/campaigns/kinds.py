"""All campaigns, by name."""

from __future__ import annotations

from campaign import Campaign
from faults import Faults
from flips import Flips
from kills import Kills
from names import Names

from plugins import Plugins
from recipes import Recipes
from tables import Tables

CAMPAIGNS: dict[str, type[Campaign]] = {
    campaign.name: campaign for campaign in (Kills, Faults, Flips, Recipes, Tables, Names, Plugins)
}
