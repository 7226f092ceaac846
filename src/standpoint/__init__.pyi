from standpoint.dataset import DatasetError as DatasetError
from standpoint.outside import OutsideError as OutsideError
from standpoint.release.full import hydrate as hydrate
from standpoint.release.load import load as load
from standpoint.scoring import PredictionError as PredictionError
from standpoint.scoring import score as score

__version__: str
