"""All campaigns, by name."""

from __future__ import annotations

from campaign import Campaign
from flips import Flips
from kills import Kills

CAMPAIGNS: dict[str, type[Campaign]] = {campaign.name: campaign for campaign in (Kills, Flips)}
