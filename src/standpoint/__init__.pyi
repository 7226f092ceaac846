from standpoint.records.external import OutsideError as OutsideError
from standpoint.release.dataset import DatasetError as DatasetError
from standpoint.release.hydrate import hydrate as hydrate
from standpoint.release.load import load as load
from standpoint.scoring import PredictionError as PredictionError
from standpoint.scoring import score as score

__version__: str
