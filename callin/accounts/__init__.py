"""Who may use the desk: accounts with roles, sessions and invitations; phones with a PIN; and limits for strangers."""

from __future__ import annotations

from callin.accounts.limits import POLLS_PER_VISIT as POLLS_PER_VISIT
from callin.accounts.limits import Address as Address
from callin.accounts.limits import TokenBuckets as TokenBuckets
from callin.accounts.limits import VisitLimits as VisitLimits
from callin.accounts.limits import VisitRefusal as VisitRefusal
from callin.accounts.limits import address_groups as address_groups
from callin.accounts.limits import message_limits as message_limits
from callin.accounts.limits import parse_address as parse_address
from callin.accounts.limits import press_limits as press_limits
from callin.accounts.links import PasswordReset as PasswordReset
from callin.accounts.links import first_admin_link as first_admin_link
from callin.accounts.links import reset_link as reset_link
from callin.accounts.models import ADMINS as ADMINS
from callin.accounts.models import DJS as DJS
from callin.accounts.models import EVERYONE as EVERYONE
from callin.accounts.models import REHEARSAL_PASSWORD as REHEARSAL_PASSWORD
from callin.accounts.models import Account as Account
from callin.accounts.models import AccountError as AccountError
from callin.accounts.models import BusyError as BusyError
from callin.accounts.models import Invitation as Invitation
from callin.accounts.models import Role as Role
from callin.accounts.models import SecondFactorNeededError as SecondFactorNeededError
from callin.accounts.models import TooSoonError as TooSoonError
from callin.accounts.models import WrongPasswordError as WrongPasswordError
from callin.accounts.models import role_named as role_named
from callin.accounts.models import role_names as role_names
from callin.accounts.passwords import Passwords as Passwords
from callin.accounts.remotes import ButtonKey as ButtonKey
from callin.accounts.remotes import ButtonKeys as ButtonKeys
from callin.accounts.remotes import DjPhone as DjPhone
from callin.accounts.remotes import DjPhones as DjPhones
from callin.accounts.remotes import Phones as Phones
from callin.accounts.second_factor import ADD_PASSKEY_FIRST as ADD_PASSKEY_FIRST
from callin.accounts.second_factor import Passkey as Passkey
from callin.accounts.second_factor import SecondFactor as SecondFactor
from callin.accounts.service import NO_SUCH_ACCOUNT as NO_SUCH_ACCOUNT
from callin.accounts.service import Accounts as Accounts
from callin.accounts.sessions import SignedIn as SignedIn
