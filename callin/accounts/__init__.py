"""Who may use the desk: accounts with a role, their sessions and invitations; and phones with a PIN."""

from __future__ import annotations

from callin.accounts.addresses import Address as Address
from callin.accounts.addresses import parse_address as parse_address
from callin.accounts.book import Accounts as Accounts
from callin.accounts.first_admin import first_admin_link as first_admin_link
from callin.accounts.passwords import Passwords as Passwords
from callin.accounts.people import ADMINS as ADMINS
from callin.accounts.people import DESKS as DESKS
from callin.accounts.people import EVERYONE as EVERYONE
from callin.accounts.people import Account as Account
from callin.accounts.people import Invitation as Invitation
from callin.accounts.people import Role as Role
from callin.accounts.people import role_named as role_named
from callin.accounts.people import role_names as role_names
from callin.accounts.phones import DjPhone as DjPhone
from callin.accounts.phones import Phones as Phones
from callin.accounts.ready import READY_PASSWORD as READY_PASSWORD
from callin.accounts.ready import ready_accounts as ready_accounts
from callin.accounts.refusals import BusyError as BusyError
from callin.accounts.refusals import RefusedError as RefusedError
from callin.accounts.refusals import TooSoonError as TooSoonError
from callin.accounts.sessions import SignedIn as SignedIn
from callin.accounts.visits import Visits as Visits
