import Language
import Presentation
import Testing
